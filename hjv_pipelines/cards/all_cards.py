"""Reading many published cards: a page at a time, or all of them in one view of the store.

Here: the queries and their order, by HSA-id. Not here: one card (`published.py`) and its changes (`feed.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

PAGE = """
SELECT hsa_id, region, content_hash, body FROM (
    SELECT c.hsa_id, c.region, c.card_hash AS content_hash, k.body,
        sum(octet_length(k.body)) OVER (ORDER BY c.hsa_id ROWS UNBOUNDED PRECEDING) - octet_length(k.body)
            AS size_before
    FROM (
        SELECT * FROM hjv.cards
        WHERE card_hash IS NOT NULL AND hsa_id > %(after)s AND (%(region)s::text IS NULL OR region = %(region)s)
        ORDER BY hsa_id LIMIT %(limit)s
    ) c JOIN hjv.contents k ON k.content_hash = c.card_hash
) sized WHERE size_before < %(max_bytes)s ORDER BY hsa_id
"""

ALL = """
SELECT c.hsa_id, c.region, c.card_hash AS content_hash, k.body
FROM hjv.cards c JOIN hjv.contents k ON k.content_hash = c.card_hash
WHERE %(region)s::text IS NULL OR c.region = %(region)s
ORDER BY c.hsa_id
"""

FETCHED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class StandingCard:
    """A unit's card as it stands published: `body` is canonical JSON, named by `content_hash`."""

    hsa_id: str
    region: str
    content_hash: str
    body: str


def page_of_cards(
    connection: psycopg.Connection, region: str | None, after: str, limit: int, max_bytes: int
) -> list[StandingCard]:
    """Return the cards whose HSA-ids follow `after`: at most `limit`, and no more once they hold `max_bytes`."""
    asked = {"region": region, "after": after, "limit": limit, "max_bytes": max_bytes}
    with connection.cursor(row_factory=class_row(StandingCard)) as cursor:
        return cursor.execute(PAGE, asked).fetchall()


def every_card(connection: psycopg.Connection, region: str | None) -> Iterator[StandingCard]:
    """Give every card of a region, or of all, few at a time in memory; only inside a transaction."""
    with connection.cursor("every_card", row_factory=class_row(StandingCard)) as cursor:
        cursor.itersize = FETCHED_AT_ONCE
        yield from cursor.execute(ALL, {"region": region})
