"""How much room each table takes, ours and Dagster's: what should stay flat through the years.

Here: the figures, as the database keeps them anyway; nothing is counted. Not here: what makes them smaller
(`retention/`).
"""

from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

SIZES = """
SELECT n.nspname || '.' || c.relname AS table, greatest(c.reltuples, s.n_live_tup, 0)::bigint AS rows,
    pg_total_relation_size(c.oid) AS bytes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.relkind = 'r' AND n.nspname IN ('hjv', 'public') ORDER BY bytes DESC, c.relname
"""


@dataclass(frozen=True, slots=True)
class TableSize:
    """A table with its indexes: about so many `rows`, and exactly so many `bytes` on disk."""

    table: str
    rows: int
    bytes: int


def table_sizes(connection: psycopg.Connection) -> list[TableSize]:
    """Return the sizes of our tables and of Dagster's in the same database, the largest first."""
    with connection.cursor(row_factory=class_row(TableSize)) as cursor:
        return cursor.execute(SIZES).fetchall()
