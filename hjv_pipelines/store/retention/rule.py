"""A rule: which rows of a table are forgotten once they are older than a moment.

Here: deleting such rows, and noting up to when some may be missing. Not here: any rule.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg

NOTE = """
INSERT INTO hjv.forgotten AS f (what, before, at, rows) VALUES (%(what)s, %(before)s, %(at)s, %(rows)s)
ON CONFLICT (what) DO UPDATE SET before = greatest(f.before, excluded.before), at = excluded.at, rows = excluded.rows
"""

HORIZON = "SELECT before FROM hjv.forgotten WHERE what = %s"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is forgotten of a table: its `rows`, from FROM on, where `old` is a row and `before` the moment."""

    table: LiteralString
    rows: LiteralString

    def forget(self, connection: psycopg.Connection, before: datetime, at: datetime) -> int:
        """Delete the rows that are older than `before`, note that it was done `at` (both aware); return how many."""
        with connection.transaction():
            rows = connection.execute("DELETE " + self.rows, {"before": before}).rowcount
            note(connection, self.table, before, rows, at)
        return rows


def note(connection: psycopg.Connection, what: str, before: datetime, rows: int, at: datetime) -> None:
    """Note that at `at` so many rows of the table `what` were forgotten which were older than `before`."""
    connection.execute(NOTE, {"what": what, "before": before, "rows": rows, "at": at})


def horizon(connection: psycopg.Connection, table: str) -> datetime | None:
    """Return before when rows of `table` may have been forgotten (UTC); None where none ever was."""
    row = connection.execute(HORIZON, (table,)).fetchone()
    return row[0] if row else None
