"""Markdown as Dagster shows it: tables, pictures, and texts of somebody else's as they are.

Here: the form. Not here: what is told (`reporting.py`, `plan_report.py`), and drawing
(`heat_map.py`, `bars.py`).
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> str:
    """Return a table; figures stand to the right, with a comma between thousands."""
    from tabulate import tabulate

    return tabulate(list(rows), headers=head, tablefmt="pipe", intfmt=",")


def embedded(svg: str, title: str) -> str:
    """Return a picture that needs no other file: an SVG in a data address."""
    return f"![{title}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


def as_it_is(text: str) -> str:
    """Return a text of somebody else's so that Markdown shows it as it is, in one line."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>#|" else sign for sign in " ".join(text.split()))
