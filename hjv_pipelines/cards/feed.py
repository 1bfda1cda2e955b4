"""Reading the change feed: every card that appeared, changed or was withdrawn, in the order of the commits.

Positions are 1, 2, 3 … without a gap, and whoever sees one sees all before it: they are handed out under a lock that
is held until the commit (`publish.py`). Here: how far the feed reaches, and what it says after a position. Not here:
how it is written, and how it is forgotten (`store/retention/feed.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import psycopg
from psycopg.rows import class_row

HERE = """
WITH here AS (
    SELECT system_identifier || '/' || timeline_id AS cluster FROM pg_control_system(), pg_control_checkpoint()
)
"""

# A server that was recovered to an earlier moment is on another timeline, and one that was restored elsewhere is
# another cluster: there, the feed is another one. The version before 0018 knows no cluster.
REACH = (
    HERE
    + """
SELECT CASE WHEN coalesce(to_jsonb(head) ->> 'cluster', here.cluster) = here.cluster THEN feed_id
    ELSE md5(feed_id || here.cluster)::uuid END::text AS feed_id, position AS head, forgotten
FROM hjv.feed_head head, here
"""
)

# A restored database knows less than consumers may have seen. Their positions lie before the new beginning, which is
# further ahead than any feed comes between two backups.
BEGIN_ANEW = (
    HERE
    + """
UPDATE hjv.feed_head SET feed_id = gen_random_uuid(), cluster = here.cluster,
    position = position + 1000000000, forgotten = position + 1000000000 FROM here
"""
)

ENTRIES = """
SELECT position, hsa_id, region, kind, at, reasons, content_hash, body FROM (
    SELECT f.position, f.hsa_id, f.region, f.kind, f.at, f.reasons, f.card_hash AS content_hash, c.body,
        sum(coalesce(octet_length(c.body), 0)) OVER (ORDER BY f.position ROWS UNBOUNDED PRECEDING)
            - coalesce(octet_length(c.body), 0) AS size_before
    FROM (SELECT * FROM hjv.feed WHERE position > %(after)s ORDER BY position LIMIT %(limit)s) f
    LEFT JOIN hjv.contents c ON c.content_hash = f.card_hash
) sized WHERE size_before < %(max_bytes)s ORDER BY position
"""

ONE_VIEW = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


@dataclass(frozen=True, slots=True)
class FeedReach:
    """Which feed it is, the position of its newest entry, and up to where entries may have been forgotten."""

    feed_id: str
    head: int
    forgotten: int

    def goes_on_from(self, position: int) -> bool:
        """Tell whether everything after `position` is still there, and `position` lies in this feed."""
        return self.forgotten <= position <= self.head


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """What happened to a unit's card at `at` (UTC): the card (`body`, canonical JSON) or the rules that it fails."""

    position: int
    hsa_id: str
    region: str
    kind: Literal["appeared", "changed", "withdrawn"]
    at: datetime
    reasons: list[str]
    content_hash: str | None
    body: str | None


@contextmanager
def one_view(connection: psycopg.Connection) -> Iterator[None]:
    """Let every query inside see the store as it was at the first of them."""
    with connection.transaction():
        connection.execute(ONE_VIEW)
        yield


def feed_reach(connection: psycopg.Connection) -> FeedReach:
    """Return how far the feed reaches."""
    with connection.cursor(row_factory=class_row(FeedReach)) as cursor:
        cursor.execute(REACH)
        return cursor.fetchall()[0]


def begin_anew(connection: psycopg.Connection) -> None:
    """Let the feed be another one: whoever followed the old one is told to start over, wherever it was."""
    connection.execute(BEGIN_ANEW)


def feed_entries(connection: psycopg.Connection, after: int, limit: int, max_bytes: int) -> list[FeedEntry]:
    """Return the entries after a position: at most `limit`, and no more once their cards hold `max_bytes`.

    There is at least one where there is any.
    """
    with connection.cursor(row_factory=class_row(FeedEntry)) as cursor:
        return cursor.execute(ENTRIES, {"after": after, "limit": limit, "max_bytes": max_bytes}).fetchall()
