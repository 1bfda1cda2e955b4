"""How large each table is, month by month, and whether it stays so.

Here: counting, comparing two quarters, and the printed table. Not here: what may grow, and why (`test_year.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import mean

import psycopg
from psycopg import sql
from tabulate import tabulate

TABLES = """
SELECT n.nspname, c.relname, pg_total_relation_size(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('hjv', 'public') ORDER BY n.nspname, c.relname
"""

CATALOG = """
SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = 'pg_catalog'
"""

MORE_ROWS, MORE_BYTES = 1.05, 1.10
"""A quarter may have so many times the rows and bytes of the one before, and still be called flat."""
A_FEW_ROWS, A_FEW_BYTES = 20, 128 * 1024
"""So much more means nothing in a small table: some events come once a month, and a table grows by pages."""


@dataclass(frozen=True, slots=True)
class Size:
    """A table's rows, counted, and its bytes with its indexes."""

    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Month:
    """The sizes at the end of a month of thirty days."""

    ends: date
    sizes: Mapping[str, Size]


def measured(database_url: str, raw: Path, ends: date) -> Month:
    """Return every table's size, vacuumed before as autovacuum does through a real night, and the raw inputs' files."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        sizes = {
            f"{schema}.{table}": Size(_rows(connection, schema, table), size)
            for schema, table, size in connection.execute(TABLES).fetchall()
        }
        (catalog,) = connection.execute(CATALOG).fetchone() or (0,)
    files = [file.stat().st_size for file in raw.rglob("*") if file.is_file()]
    sizes |= {"PostgreSQL's catalogue": Size(0, catalog), "raw inputs": Size(len(files), sum(files))}
    return Month(ends, sizes)


def _rows(connection: psycopg.Connection, schema: str, table: str) -> int:
    counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))).fetchone()
    return int(counted[0]) if counted else 0


def growing(months: Sequence[Month]) -> dict[str, float]:
    """Return what is larger in the last quarter than in the one before it, with how many rows more."""
    before, last = months[-6:-3], months[-3:]
    more: dict[str, float] = {}
    for what in last[0].sizes:
        rows = [mean(month.sizes[what].rows for month in quarter) for quarter in (before, last)]
        room = [mean(month.sizes[what].bytes for month in quarter) for quarter in (before, last)]
        if rows[1] > MORE_ROWS * rows[0] + A_FEW_ROWS or room[1] > MORE_BYTES * room[0] + A_FEW_BYTES:
            more[what] = rows[1] - rows[0]
    return more


def table(months: Sequence[Month]) -> str:
    """Return rows and kilobytes of everything that ever held a row, at the end of each month."""
    heads = ["", *(f"{month.ends:%d %b}" for month in months)]
    lines = [
        [what, *(f"{month.sizes[what].rows:,} / {month.sizes[what].bytes // 1024:,}" for month in months)]
        for what in months[-1].sizes
        if any(month.sizes[what].rows or "catalogue" in what for month in months)
    ]
    return tabulate(lines, heads, tablefmt="github")
