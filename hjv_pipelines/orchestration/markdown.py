"""Markdown as Dagster shows it: tables, pictures, and texts of somebody else's as they are.

Here: the form. Not here: what is told (`reporting.py`, `plan_report.py`), and drawing
(`heat_map.py`, `bars.py`).
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape


def table(head: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> str:
    """Return a table; figures stand to the right, with a comma between thousands."""
    from tabulate import tabulate

    return tabulate(list(rows), headers=head, tablefmt="pipe", intfmt=",")


def region_table(head: Sequence[str], rows: Sequence[tuple[str | int, ...]]) -> str:
    """Return a table of regions and figures, with the sums below."""
    figures = zip(*(row[1:] for row in rows), strict=True)
    sums: tuple[str | int, ...] = ("**All**", *(sum(int(figure) for figure in column) for column in figures))
    return table(head, [*rows, sums])


def picture(drawn: Iterable[str], width: int, height: int, title: str) -> str:
    """Return what is drawn in SVG, so many pixels wide and high, as a picture that needs no other file."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<title>{escape(title)}</title><rect width="{width}" height="{height}" fill="#fff"/>'
        f'<g font-family="sans-serif" font-size="11" fill="#1b2629">{"".join(drawn)}</g></svg>'
    )
    return f"![{title}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


def as_it_is(text: str) -> str:
    """Return a text of somebody else's so that Markdown shows it as it is, in one line."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>#|" else sign for sign in " ".join(text.split()))
