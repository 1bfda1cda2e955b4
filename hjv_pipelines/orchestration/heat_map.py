"""A small picture of figures by row and column, as Markdown shows it: an SVG in a data address.

Here: the drawing; why no library draws it stands in docs/decisions/0012-pictures.md. Not here: the figures, which
always stand in a table beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

from hjv_pipelines.orchestration.markdown import picture

_WIDTH, _HEIGHT, _LEFT, _TOP, _BELOW = 44, 20, 200, 126, 22


class Cell(NamedTuple):
    """What a square says, and how dark it is: a share from 0 to 1. An alarming one is red."""

    words: str
    share: float
    alarming: bool = False


def per_cent(share: float | None) -> Cell | None:
    """Return the square of a share; none where there is nothing to share."""
    return None if share is None else Cell(f"{share * 100:.0f}", share)


def heat_map(columns: Sequence[str], rows: Mapping[str, Sequence[Cell | None]], title: str, key: str) -> str:
    """Return a picture of `rows`, each with a square, or none, for each column; `title` stands above, `key` below.

    The key says what a missing square and a red one mean.
    """
    width = _LEFT + _WIDTH * max(len(columns), 8) + 70
    height = _TOP + _HEIGHT * len(rows) + _BELOW
    return picture(_drawn(columns, rows, title, key), width, height, title)


def _drawn(columns: Sequence[str], rows: Mapping[str, Sequence[Cell | None]], title: str, key: str) -> Iterator[str]:
    yield f'<text x="{_LEFT}" y="14" font-weight="bold">{escape(title)}</text>'
    for number, column in enumerate(columns):
        x = _LEFT + _WIDTH * number + _WIDTH // 2
        yield f'<text transform="translate({x} {_TOP - 6}) rotate(-45)">{escape(column)}</text>'
    for number, (name, cells) in enumerate(rows.items()):
        y = _TOP + _HEIGHT * number
        yield f'<text x="{_LEFT - 6}" y="{y + 14}" text-anchor="end">{escape(name)}</text>'
        yield from (_square(_LEFT + _WIDTH * place, y, cell) for place, cell in enumerate(cells) if cell)
    yield f'<text x="{_LEFT}" y="{_TOP + _HEIGHT * len(rows) + 15}" fill="#5a6a6e">{escape(key)}</text>'


def _square(x: int, y: int, cell: Cell) -> str:
    ink = "#fff" if cell.alarming or cell.share > 0.5 else "#1b2629"  # noqa: PLR2004  half way
    return (
        f'<rect x="{x}" y="{y}" width="{_WIDTH - 1}" height="{_HEIGHT - 1}" fill="{_colour(cell)}"/>'
        f'<text x="{x + _WIDTH // 2}" y="{y + 14}" text-anchor="middle" fill="{ink}">{escape(cell.words)}</text>'
    )


def _colour(cell: Cell) -> str:
    """Return a colour from pale to the pages' dark green, on both of which the words stay readable."""
    if cell.alarming:
        return "#a3261b"
    red, green, blue = (round(pale + (dark - pale) * cell.share) for pale, dark in ((247, 11), (236, 85), (220, 99)))
    return f"rgb({red},{green},{blue})"
