"""How far back the change feed reaches: older entries are forgotten, and consumers that far behind start over.

A unit's newest entry before the moment stays: what its card was at the moment, and that a card was withdrawn, are
known for as long as the unit is. Here: looking at what would go, and letting it go. Not here: reading the feed
(`cards/feed.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg

LOCK_HEAD = "SELECT position FROM hjv.feed_head FOR UPDATE"

OLD_ENTRIES: LiteralString = """
FROM hjv.feed old WHERE old.at < %(before)s AND EXISTS (
    SELECT 1 FROM hjv.feed newer
    WHERE newer.hsa_id = old.hsa_id AND newer.position > old.position AND newer.at < %(before)s
)
"""

BOUNDARY = "SELECT coalesce(max(position), 0) FROM hjv.feed WHERE at < %(before)s"


@dataclass(frozen=True, slots=True)
class OldEntries:
    """Feed entries older than a moment: how many of them can go, and the position of the newest."""

    number: int
    boundary: int


def old_entries(connection: psycopg.Connection, before: datetime) -> OldEntries:
    """Return what `forget_feed` would forget; nothing is changed."""
    told = {"before": before}
    return OldEntries(
        number=_number(connection, "SELECT count(*) " + OLD_ENTRIES, told),
        boundary=_number(connection, BOUNDARY, told),
    )


def forget_feed(connection: psycopg.Connection, before: datetime) -> OldEntries:
    """Forget the entries older than `before`, but for each unit's newest; return what was forgotten."""
    with connection.transaction():
        connection.execute(LOCK_HEAD)
        told = old_entries(connection, before)
        connection.execute("UPDATE hjv.feed_head SET forgotten = greatest(forgotten, %s)", (told.boundary,))
        delete_old_entries(connection, before)
        return told


def delete_old_entries(connection: psycopg.Connection, before: datetime) -> int:
    """Delete them in a transaction of the caller's, who either notes the boundary or takes it back; return how many."""
    return connection.execute("DELETE " + OLD_ENTRIES, {"before": before}).rowcount


def _number(connection: psycopg.Connection, query: str, told: dict[str, datetime]) -> int:
    row = connection.execute(query.encode(), told).fetchone()
    return int(row[0]) if row else 0
