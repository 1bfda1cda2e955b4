"""A source's first imports come before PostgreSQL's statistics of it, and cost a region no more for that."""

import psycopg

from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines_tests.store.told import REGIONS, Told, tell

UNITS = 120
"""Of a region."""

LOOKS = 300
"""So often a merge may look at a unit of its region: a plan for one unit does so for each unit of the source."""

READ = "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'documents'"


def of_region(region: str, minute: int) -> Told:
    """Return what KKA says of a region for the first time."""
    units = {f"SE2321000016-{region[:2]}{number}": (region, "first") for number in range(UNITS)}
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
