"""A small picture of figures by row and column, as Markdown shows it: an SVG in a data address.

Here: the drawing. Not here: the figures, which always stand in a table beside it.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from hjv_pipelines.orchestration.markdown import embedded

_WIDTH, _HEIGHT, _LEFT, _TOP = 44, 20, 200, 110


class Cell(NamedTuple):
    """What a square says, and how dark it is: a share from 0 to 1. An alarming one is red."""

    words: str
    share: float
    alarming: bool = False


def per_cent(share: float | None) -> Cell | None:
    """Return the square of a share; none where there is nothing to share."""
    return None if share is None else Cell(f"{share * 100:.0f}", share)


def heat_map(columns: Sequence[str], rows: Mapping[str, Sequence[Cell | None]], title: str) -> str:
    """Return a picture of `rows`, each with a square, or none, for each column."""
    return embedded(_svg(columns, rows, title), title)


def _svg(columns: Sequence[str], rows: Mapping[str, Sequence[Cell | None]], title: str) -> str:
    width, height = _LEFT + _WIDTH * len(columns) + 70, _TOP + _HEIGHT * len(rows) + 4
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f'<title>{escape(title)}</title><rect width="{width}" height="{height}" fill="#fff"/>',
        '<g font-family="sans-serif" font-size="11">',
    ]
    for number, column in enumerate(columns):
        x = _LEFT + _WIDTH * number + _WIDTH // 2
        parts.append(f'<text transform="translate({x} {_TOP - 6}) rotate(-45)" fill="#1b2629">{escape(column)}</text>')
    for number, (name, cells) in enumerate(rows.items()):
        y = _TOP + _HEIGHT * number
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 14}" text-anchor="end" fill="#1b2629">{escape(name)}</text>')
        parts += [_square(_LEFT + _WIDTH * place, y, cell) for place, cell in enumerate(cells)]
    return "".join((*parts, "</g></svg>"))


def _square(x: int, y: int, cell: Cell | None) -> str:
    if cell is None:
        return f'<rect x="{x}" y="{y}" width="{_WIDTH - 1}" height="{_HEIGHT - 1}" fill="#eee"/>'
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
