"""A table without a frame, which leaves the 80 columns of a terminal to what it says.

Here: the form. Not here: what stands in it (`outcome.py`, `notifications/inbox_tables.py`).
"""

from collections.abc import Sequence

from rich.table import Table


def narrow_table(names: Sequence[str], figures: Sequence[str] = (), title: str | None = None) -> Table:
    """Return a table with these headings: names stand to the left and are folded, figures stand to the right."""
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    for name in names:
        table.add_column(name, overflow="fold")
    for figure in figures:
        table.add_column(figure, justify="right")
    return table
