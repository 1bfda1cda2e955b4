"""Promised: what is stale is looked for by a plan that was made for the region that is asked about."""

from datetime import UTC, datetime

import psycopg

from hjv_pipelines.cards.staleness import stale_units
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines_tests.store.told import REGIONS, Told, tell

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_no_plan_is_made_for_any_region_however_often_is_asked(connection: psycopg.Connection) -> None:
    """Such a plan reckons with a handful of units; for a large region it took ten minutes."""
    tell(connection, Told(0, {f"SE2321000016-{number}": (REGIONS[0], "known") for number in range(50)}, REGIONS))
    connection.execute("ANALYZE")
    for _ in range(15):
        assert len(stale_units(connection, REGIONS[0], Policy(), NOW)) == 50
    prepared = connection.execute("SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '%told%'")
    assert prepared.fetchall() == [(0,)]
