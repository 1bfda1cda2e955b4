"""Snapshots for the guard: a region of forty units, told day by day."""

from collections.abc import Iterable
from datetime import timedelta

import psycopg

from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope, Snapshot, UnitDocument
from hjv_pipelines.store.guard.guard import Guard, guard_with
from hjv_pipelines.store.guard.thresholds import thresholds_of
from hjv_pipelines.store.ledger import ImportResult, begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines_tests.store.told import MORNING, REGIONS, RUN, unit

SKANE, STOCKHOLM = REGIONS[1], REGIONS[0]
UNITS = tuple(f"SE2321000016-{number:02}" for number in range(40))
GUARD = guard_with(thresholds_of(Settings()))


def documents(hsa_ids: Iterable[str], region: str = SKANE, word: str = "one") -> list[UnitDocument]:
    """Return a document of each unit."""
    return [UnitDocument(hsa_id, region, unit(hsa_id, region, word)) for hsa_id in hsa_ids]


def tell(
    connection: psycopg.Connection, day: int, records: Iterable[UnitDocument], scope: Scope, guard: Guard = GUARD
) -> ImportResult:
    """Merge what is said on a day, under the guard."""
    as_of = MORNING + timedelta(days=day)
    import_id = begin_import(connection, "hsa", scope, RUN, as_of)
    return merge(connection, Snapshot("hsa", scope, as_of, as_of, iter(records)), import_id, lambda: as_of, guard)


def tell_region(connection: psycopg.Connection, day: int, units: int, word: str = "one") -> ImportResult:
    """Merge a complete answer about Skåne that names so many of the forty units."""
    return tell(connection, day, documents(UNITS[:units], word=word), Scope(regions=(SKANE,)))


def held_units(connection: psycopg.Connection) -> int:
    """Return how many units the store holds."""
    row = connection.execute("SELECT count(*) FROM hjv.effective_documents").fetchone()
    assert row is not None
    return int(row[0])
