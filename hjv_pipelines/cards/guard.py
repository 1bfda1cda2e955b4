"""The guard's question about cards: which regions' parts of HSA's snapshot would take cards away, or move them far.

HSA alone decides whether a unit has a card and where it lies. A code that means something else, an end date in the
past, coordinates of another system: such a snapshot has all its units and values, and loses the cards all the same.
Here: the cards as published, laid beside what is staged. Not here: units and values (`store/guard/guard.py`), and
what becomes of a region that is held back (`store/guard/holds.py`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson
import psycopg
from psycopg.rows import class_row

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.position import kilometres_between
from hjv_pipelines.cards.visibility import Policy, failed_rules
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.store.guard.guard import REMEMBERED, Guard
from hjv_pipelines.store.guard.judgement import Breach, Threshold
from hjv_pipelines.store.guard.measures import Tally
from hjv_pipelines.store.told import Told

DIRECTORY = "hsa"

# What is newer than the snapshot is not its to lose, and a refused record loses nothing.
TOUCHED = """
SELECT c.hsa_id, c.region, k.body AS held, coalesce(s.body, t.body) AS staged
FROM hjv.cards c
JOIN hjv.effective_documents e ON e.hsa_id = c.hsa_id AND e.source = %(source)s
JOIN hjv.contents k ON k.content_hash = e.content_hash
LEFT JOIN staged s ON s.hsa_id = c.hsa_id
LEFT JOIN hjv.contents t ON t.content_hash = s.content_hash
WHERE c.card_hash IS NOT NULL AND c.region = ANY(%(regions)s) AND e.as_of < %(as_of)s
  AND e.coverage = %(coverage)s AND s.content_hash IS DISTINCT FROM e.content_hash
  AND (s.content_hash IS NOT NULL OR s.hsa_id IS NULL AND e.region = ANY(%(regions)s))
  AND NOT EXISTS (SELECT FROM hjv.effective_documents n
                  WHERE n.hsa_id = c.hsa_id AND n.source = e.source AND n.as_of >= %(as_of)s)
ORDER BY c.hsa_id
"""

VISIBLE = "SELECT region, count(card_hash) FROM hjv.cards WHERE region = ANY(%(regions)s) GROUP BY region"

# As for units: whom an operator allowed to go counts no more.
HIGHEST = """
SELECT p.region, max(p.visible) FROM hjv.publications p
WHERE p.region = ANY(%(regions)s) AND p.published_at >= greatest(%(since)s, (
    SELECT max(h.decided_at) FROM hjv.holds h
    WHERE h.source = %(source)s AND h.region = p.region AND h.state = 'allowed'))
GROUP BY p.region
"""


@dataclass(frozen=True, slots=True)
class CardThresholds:
    """How many of a region's cards may be `gone` or `moved` with one import; moved is more than `far` kilometres."""

    gone: Threshold
    moved: Threshold
    far: float


@dataclass(frozen=True, slots=True)
class _Touched:
    """A published card whose unit the snapshot tells something else of, or (`staged` is None) names no more."""

    hsa_id: str
    region: str
    held: str
    staged: str | None


def card_thresholds_of(settings: Settings) -> CardThresholds:
    """Return what the settings choose; a few cards may always go, as with units."""
    return CardThresholds(
        Threshold(settings.guard_cards_gone, 5), Threshold(settings.guard_cards_moved, 5), settings.guard_far_kilometres
    )


def guard_of_cards(thresholds: CardThresholds, policy: Policy) -> Guard:
    """Return the guard that holds back the regions whose cards pass `thresholds`.

    Cards are counted as gone since the last publication, and since the highest number of the last seven days.
    """

    def guard(connection: psycopg.Connection, told: Told, _tally: Tally) -> Mapping[str, tuple[Breach, ...]]:
        if told["source"] != DIRECTORY:
            return {}
        gone, moved = _losses(connection, told, thresholds.far, policy)
        visible: dict[str, int] = dict(connection.execute(VISIBLE, told).fetchall())
        highest: dict[str, int] = dict(
            connection.execute(HIGHEST, {**told, "since": told["now"] - REMEMBERED}).fetchall()
        )
        judged = {
            region: tuple(_breaches(gone[region], moved[region], visible[region], highest.get(region, 0), thresholds))
            for region in {*gone, *moved}
        }
        return {region: found for region, found in judged.items() if found}

    return guard


def _losses(
    connection: psycopg.Connection, told: Told, far: float, policy: Policy
) -> tuple[Counter[str], Counter[str]]:
    """Return by region how many cards would be gone, and how many would lie far away."""
    gone: Counter[str] = Counter()
    moved: Counter[str] = Counter()
    with connection.cursor(row_factory=class_row(_Touched)) as cursor:
        for touched in cursor.execute(TOUCHED, told):
            then = _facts(touched.hsa_id, touched.staged)
            if failed_rules(then, told["now"], policy):
                gone[touched.region] += 1
            elif _distance(_facts(touched.hsa_id, touched.held), then) > far:
                moved[touched.region] += 1
    return gone, moved


def _breaches(gone: int, moved: int, visible: int, highest: int, thresholds: CardThresholds) -> Iterator[Breach]:
    if gone:
        known = max(visible, highest)
        left = visible - gone
        if thresholds.gone.is_passed_by(known - left, known):
            yield Breach("cards_gone", "", known, left)
    if thresholds.moved.is_passed_by(moved, visible):
        yield Breach("cards_moved", f"{thresholds.far:g} km", visible, moved)


def _facts(hsa_id: str, body: str | None) -> UnitFacts:
    return UnitFacts(hsa_id, HsaUnit.model_validate(orjson.loads(body)["record"]) if body is not None else None)


def _distance(one: UnitFacts, other: UnitFacts) -> float:
    """Return how far apart the two have the unit, in kilometres; 0 where one of them has it nowhere."""
    if one.position is None or other.position is None:
        return 0.0
    return kilometres_between(one.position, other.position)
