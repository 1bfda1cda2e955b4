"""Many small worlds at once: what their sources tell, in an order of each world's own, and what must then be held.

A world has two regions and three units of its own, so that worlds cannot disturb each other, and what many of them are
told at the same moment can go into the store as one snapshot. Here: the worlds, the model, the telling. Not here:
promises (`test_interleavings.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from random import Random
from typing import NamedTuple

import psycopg

from hjv_pipelines.canonical import canonical_json, content_hash
from hjv_pipelines.sources.eservices.record import EService, EServices
from hjv_pipelines.sources.source import Coverage, Refusal, Scope, Snapshot, UnitDocument
from hjv_pipelines.store.ledger import begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines_tests.store.told import FINDING, MORNING, RUN, Told

WORDS = ("one", "two", "three")
MINUTES = 4
LONGEST = 7

HELD = """
SELECT source, hsa_id, coverage, region, extract(epoch FROM as_of - %s)::int / 60, coalesce(content_hash, '')
FROM hjv.effective_documents
"""

OPEN_HISTORY = """
SELECT source, hsa_id, coverage, region, coalesce(content_hash, '') FROM hjv.document_versions WHERE valid_to IS NULL
"""


class Held(NamedTuple):
    """A document that counts; of no content where a partial answer said that the unit is gone."""

    source: str
    hsa_id: str
    coverage: str
    region: str
    minute: int
    content: str


@dataclass(frozen=True)
class World:
    """Two regions, three units, and what the sources tell of them, in the order of its arrival."""

    arrivals: tuple[Told, ...]


def world(name: str, random: Random) -> World:
    """Return a world with some tellings in a random order, some of them more than once."""
    regions = (f"{name}-a", f"{name}-b")
    units = tuple(f"SE{name}-{letter}" for letter in "XYZ")
    told = [_telling(random, regions, units) for _ in range(random.randint(3, LONGEST - 2))]
    arrivals = [*told, *random.choices(told, k=random.randint(0, 2))]
    random.shuffle(arrivals)
    return World(tuple(arrivals))


def expected(told: Sequence[Told]) -> set[Held]:
    """Return what must be held once `told` was told, in whatever order.

    Of each unit the newest usable reading of its source counts, ties by content; a poorer service's only while it is
    newer than the full one's. It counts until a newer complete snapshot of its region does not name the unit.
    """
    units = {(one.source, hsa_id) for one in told for hsa_id in (*one.units, *one.asked)}
    return {held for source, hsa_id in units for held in _expected_of(hsa_id, [t for t in told if t.source == source])}


def tell_all(connection: psycopg.Connection, arriving: Iterable[Told]) -> int:
    """Merge what arrives in different worlds at once, in as few snapshots as can say it; return their number."""
    ordered = sorted(arriving, key=_head)
    groups = [list(group) for _, group in groupby(ordered, key=_head)]
    for group in groups:
        snapshot = _snapshot(group)
        import_id = begin_import(connection, snapshot.source, snapshot.scope, RUN, MORNING)
        merge(connection, snapshot, import_id, lambda: MORNING)
    return len(groups)


def held(connection: psycopg.Connection) -> set[Held]:
    """Return what the store holds."""
    return {Held(*row) for row in connection.execute(HELD, (MORNING,))}


def open_history(connection: psycopg.Connection) -> set[tuple[str, ...]]:
    """Return what the store's history says that it holds: `undated`, for a reading that only says it again is none."""
    return set(connection.execute(OPEN_HISTORY).fetchall())


def undated(document: Held) -> tuple[str, ...]:
    """Return a document without the time that it speaks of."""
    return (document.source, document.hsa_id, document.coverage, document.region, document.content)


def _telling(random: Random, regions: tuple[str, str], units: tuple[str, ...]) -> Told:
    source = random.choice(("hsa", "hsa", "kka"))
    complete = random.choice((regions, regions[:1], regions[1:], ()))
    asked = () if complete else random.choice((units[:1], units[1:2], units))
    said: dict[str, tuple[str, str] | None] = {}
    for hsa_id in asked or units:
        kind = random.random()
        if kind < 0.6:
            said[hsa_id] = (random.choice(complete or regions), random.choice(WORDS))
        elif kind < 0.75:
            said[hsa_id] = None
    coverage: Coverage = "partial" if source == "hsa" and asked and random.random() < 0.5 else "full"
    return Told(random.randrange(MINUTES), said, complete, asked, coverage, source)


def _expected_of(hsa_id: str, told: Sequence[Told]) -> Iterator[Held]:
    newest = {coverage: _newest(hsa_id, [one for one in told if one.coverage == coverage]) for coverage in _COVERAGES}
    named = {
        coverage: max(
            (one.minute for one in told if one.coverage in also and hsa_id in (*one.units, *one.asked)), default=-1
        )
        for coverage, also in _COVERAGES.items()
    }
    for coverage, (minute, content, region) in newest.items():
        complete = max((one.minute for one in told if region in one.regions), default=-1)
        counts = content != "" if coverage == "full" else minute > newest["full"][0]
        if counts and named[coverage] >= complete:
            yield Held(told[0].source, hsa_id, coverage, region, minute, content)


_COVERAGES: Mapping[Coverage, tuple[Coverage, ...]] = {"full": ("full",), "partial": ("full", "partial")}
"""Who says of a document of either coverage that its unit is still there."""


def _newest(hsa_id: str, told: Iterable[Told]) -> tuple[int, str, str]:
    """Return minute, content and region of the newest reading; no content where it says that the unit is gone."""
    readings = [(-1, "", "")]
    for one in told:
        said = one.units.get(hsa_id)
        if said is not None:
            readings.append((one.minute, _CONTENTS[said[1]], said[0]))
        elif hsa_id in one.asked and hsa_id not in one.units:
            readings.append((one.minute, "", ""))
    return max(readings)


def _head(told: Told) -> tuple[str, str, int, bool]:
    return told.source, told.coverage, told.minute, bool(told.regions)


def _snapshot(group: Sequence[Told]) -> Snapshot:
    """Return what several worlds are told as one answer of their source."""
    one = group[0]
    scope = replace(
        one.scope,
        regions=tuple(region for told in group for region in told.regions),
        hsa_ids=tuple(hsa_id for told in group for hsa_id in (() if told.regions else told.asked)),
    )
    records = (
        UnitDocument(hsa_id, said[0], _RECORDS[said[1]]) if said else Refusal(hsa_id, "record 1", (FINDING,))
        for told in group
        for hsa_id, said in told.units.items()
    )
    as_of = MORNING + timedelta(minutes=one.minute)
    return Snapshot(one.source, Scope(scope.regions, scope.hsa_ids), as_of, as_of, records, one.coverage)


_RECORDS = {word: EServices(services=(EService(resource_id=word, name=word),)) for word in WORDS}
_CONTENTS = {
    word: content_hash(
        canonical_json({"findings": [], "record": record.model_dump(mode="json", exclude_defaults=True)})
    )
    for word, record in _RECORDS.items()
}
