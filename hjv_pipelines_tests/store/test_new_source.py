"""A source's first imports come before PostgreSQL's statistics of it, and cost a region no more for that."""

import psycopg

from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.store.planning import MANY_ROWS
from hjv_pipelines_tests.store.told import REGIONS, Told, tell

UNITS = 120
"""Of a region."""

LOOKS = 300
"""So often a merge may look at a unit of its region: a plan for one unit does so for each unit of the source."""

READ = "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'documents'"


def of_region(region: str, minute: int, number: int = UNITS) -> Told:
    """Return what KKA says of a region for the first time, of so many units."""
    units = {f"SE2321000016-{region[:2]}{unit}": (region, "first") for unit in range(number)}
    return Told(minute, units, (region,), source="kka")


def test_a_region_of_a_new_source_is_merged_by_its_own_units(connection: psycopg.Connection) -> None:
    directory = {f"SE2321000016-{number}": (REGIONS[0], "known") for number in range(10 * UNITS)}
    tell(connection, Told(0, directory, REGIONS))
    connection.execute("ANALYZE hjv.documents")
    *before, last = REGION_KEYS[:6]
    for minute, region in enumerate(before, start=1):
        tell(connection, of_region(region, minute))

    with connection.transaction(force_rollback=True):
        assert tell(connection, of_region(last, 10)).total.added == UNITS
        read = connection.execute(READ).fetchone()
    assert read is not None
    assert read[0] < LOOKS * UNITS


KNOWN = "SELECT most_common_vals::text FROM pg_stats WHERE tablename = 'documents' AND attname = 'source'"


def test_a_source_that_grows_by_few_units_at_a_time_is_looked_at_once_they_are_many(
    connection: psycopg.Connection,
) -> None:
    directory = {f"SE2321000016-{number}": (REGIONS[0], "known") for number in range(10 * UNITS)}
    tell(connection, Told(0, directory, REGIONS))
    for minute, region in enumerate(REGION_KEYS[:2], start=1):
        tell(connection, of_region(region, minute, number=MANY_ROWS // 2 - 1))
        assert connection.execute(KNOWN).fetchone() == ("{hsa}",)
    tell(connection, of_region(REGION_KEYS[2], 3, number=2))
    assert connection.execute(KNOWN).fetchone() == ("{hsa,kka}",)
