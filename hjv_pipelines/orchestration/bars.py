"""A small picture of two figures by row, as Markdown shows it: bars, one behind the other.

Here: the drawing. Not here: the figures, which always stand in a table beside it.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from hjv_pipelines.orchestration.markdown import picture

_ROW, _LEFT, _LONGEST, _RIGHT, _TOP = 17, 150, 340, 110, 26


class Bar(NamedTuple):
    """The two figures of a row: the one that matters is dark, the other pale behind it."""

    dark: int
    pale: int


def bars(rows: Mapping[str, Bar], title: str) -> str:
    """Return a picture of `rows`; the longest takes the whole width."""
    longest = max(map(sum, rows.values()), default=0) or 1
    width, height = _LEFT + _LONGEST + _RIGHT, _TOP + _ROW * len(rows) + 4
    drawn = (
        part
        for place, (name, bar) in enumerate(rows.items())
        for part in _row(_TOP + _ROW * place, name, bar, _LONGEST / longest)
    )
    heading = f'<text x="{_LEFT}" y="14">{escape(title)}</text>'
    return picture((heading, *drawn), width, height, title)


def _row(y: int, name: str, bar: Bar, scale: float) -> Iterator[str]:
    dark, pale = round(bar.dark * scale), round(bar.pale * scale)
    yield f'<text x="{_LEFT - 6}" y="{y + 11}" text-anchor="end">{escape(name)}</text>'
    yield f'<rect x="{_LEFT}" y="{y}" width="{dark}" height="14" fill="#0b5563"/>'
    yield f'<rect x="{_LEFT + dark}" y="{y}" width="{pale}" height="14" fill="#f7ecdc"/>'
    yield f'<text x="{_LEFT + dark + pale + 5}" y="{y + 11}">{bar.dark:,} + {bar.pale:,}</text>'
