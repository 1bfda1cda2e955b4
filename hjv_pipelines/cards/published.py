"""Reading what is published: cards, verdicts, figures by region, the feed's position.

Here: queries over `hjv.cards` and its neighbours for those who show or deliver. Not here: writing (`publish.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

CARD = """
SELECT c.hsa_id, c.region, c.card_hash, k.body, c.failed_rules, c.since,
    EXISTS (SELECT 1 FROM hjv.feed f WHERE f.hsa_id = c.hsa_id) AS was_published
FROM hjv.cards c LEFT JOIN hjv.contents k ON k.content_hash = c.card_hash
WHERE c.hsa_id = %s
"""

SOURCES = """
SELECT DISTINCT ON (e.hsa_id, e.source) e.hsa_id, e.source, e.as_of, e.fetched_at, i.run_id
FROM hjv.effective_documents e JOIN hjv.imports i USING (import_id)
WHERE e.hsa_id = ANY(%s) ORDER BY e.hsa_id, e.source, e.as_of DESC
"""

FIGURES = """
SELECT region, count(card_hash) AS visible, count(*) - count(card_hash) AS hidden
FROM hjv.cards GROUP BY region ORDER BY region
"""

NEWEST_CHANGES = """
SELECT seen.region, newest.published_at
FROM (SELECT DISTINCT region FROM hjv.cards) seen
CROSS JOIN LATERAL (
    SELECT published_at FROM hjv.publications p
    WHERE p.region = seen.region AND p.appeared + p.changed + p.withdrawn > 0 ORDER BY published_at DESC LIMIT 1
) newest
"""

NAMES = """
SELECT c.hsa_id, k.body::json -> 'header' ->> 'name'
FROM hjv.cards c JOIN hjv.contents k ON k.content_hash = c.card_hash WHERE c.hsa_id = ANY(%s)
"""

NEWEST = """
SELECT f.hsa_id, k.body::json -> 'header' ->> 'name' AS name, f.kind, f.at
FROM (SELECT * FROM hjv.feed WHERE card_hash IS NOT NULL ORDER BY position DESC LIMIT %s) f
JOIN hjv.cards c ON c.hsa_id = f.hsa_id AND c.card_hash = f.card_hash
JOIN hjv.contents k ON k.content_hash = c.card_hash
ORDER BY f.position DESC
"""


@dataclass(frozen=True, slots=True)
class PublishedCard:
    """What stands published of a unit: its card (`body`, canonical JSON, named by `card_hash`), or failed rules.

    `since` (UTC): when the verdict began to be what it is. `was_published`: whether it ever had a card.
    """

    hsa_id: str
    region: str
    card_hash: str | None
    body: str | None
    failed_rules: list[str]
    since: datetime
    was_published: bool


@dataclass(frozen=True, slots=True)
class SourceState:
    """When a source last spoke of a unit: `as_of` its own time, `fetched_at` ours (UTC), by which run."""

    hsa_id: str
    source: str
    as_of: datetime
    fetched_at: datetime
    run_id: str


@dataclass(frozen=True, slots=True)
class RegionFigures:
    """How many units of a region have a card, and how many have none."""

    region: str
    visible: int
    hidden: int


@dataclass(frozen=True, slots=True)
class NewestCard:
    """A card that appeared or changed (`kind`) at `at` (UTC), as it still stands."""

    hsa_id: str
    name: str
    kind: str
    at: datetime


def newest_cards(connection: psycopg.Connection, limit: int) -> list[NewestCard]:
    """Return the cards that changed last and stand so now, the newest first."""
    with connection.cursor(row_factory=class_row(NewestCard)) as cursor:
        return cursor.execute(NEWEST, (limit,)).fetchall()


def card_of(connection: psycopg.Connection, hsa_id: str) -> PublishedCard | None:
    """Return what stands published of the unit; None where HSA never knew it."""
    with connection.cursor(row_factory=class_row(PublishedCard)) as cursor:
        return cursor.execute(CARD, (hsa_id,)).fetchone()


def sources_of(connection: psycopg.Connection, *hsa_ids: str) -> list[SourceState]:
    """Return when each source last spoke of each of the units."""
    with connection.cursor(row_factory=class_row(SourceState)) as cursor:
        return cursor.execute(SOURCES, (list(hsa_ids),)).fetchall()


def region_figures(connection: psycopg.Connection) -> list[RegionFigures]:
    """Return the figures of every region that has units."""
    with connection.cursor(row_factory=class_row(RegionFigures)) as cursor:
        return cursor.execute(FIGURES).fetchall()


def newest_changes(connection: psycopg.Connection) -> dict[str, datetime]:
    """Return when (UTC) a card of each region last appeared, changed or was withdrawn."""
    return dict(connection.execute(NEWEST_CHANGES).fetchall())


def names_of(connection: psycopg.Connection, hsa_ids: Iterable[str]) -> dict[str, str]:
    """Return the names on the cards of those of the units that have one."""
    return dict(connection.execute(NAMES, (list(hsa_ids),)).fetchall())


def feed_position(connection: psycopg.Connection) -> int:
    """Return the position of the newest feed entry; 0 before the first."""
    row = connection.execute("SELECT position FROM hjv.feed_head").fetchone()
    return int(row[0]) if row else 0
