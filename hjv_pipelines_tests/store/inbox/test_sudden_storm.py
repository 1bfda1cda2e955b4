"""Trap 47: a storm comes before PostgreSQL's statistics of it, and costs a batch no more for that."""

import psycopg
import pytest

from hjv_pipelines.store.inbox.arrivals import add_hints
from hjv_pipelines.store.inbox.batches import begin, finish, hand_out
from hjv_pipelines_tests.store.inbox.time import LEASE, START, at

UNITS = 400
HINTS_A_UNIT = 5
QUIET_HINTS = 200
LOOKS = 40
"""So often a batch may look at all hints of a storm: a plan for an empty inbox does so for each of its own."""

ALL_DONE = """
INSERT INTO hjv.hints (source, hsa_id, origin, received_at, committed_at, next_try_at, state, batch_id)
SELECT 'hsa', 'SE2321000016-Q' || number, 'notification', now(), now(), now(), 'done', 'hsa-' || number
FROM generate_series(1, %s) number
"""

READ = "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'hints'"


@pytest.fixture
def storm(connection: psycopg.Connection) -> psycopg.Connection:
    """Return the connection of an inbox in which everything was done when PostgreSQL last looked."""
    connection.execute(ALL_DONE, (QUIET_HINTS,))
    connection.execute("ANALYZE hjv.hints")
    for _ in range(HINTS_A_UNIT):
        add_hints(connection, "hsa", [f"SE2321000016-{number}" for number in range(UNITS)], "notification", START)
    return connection


def test_a_batch_of_a_sudden_storm_looks_at_its_own_hints(storm: psycopg.Connection) -> None:
    with storm.transaction(force_rollback=True):
        taken = hand_out(storm, "hsa", 50, at(1), LEASE)
        assert taken is not None
        assert begin(storm, taken.batch_id, "run", at(2), LEASE) is not None
        assert len(finish(storm, taken.batch_id, at(3), at(4))) == 50 * HINTS_A_UNIT

        read = storm.execute(READ).fetchone()
    assert read is not None
    assert read[0] < LOOKS * UNITS * HINTS_A_UNIT
