"""Rule 1 in numbers: snapshots in a hundred thousand random orders, and not one field of an older reading comes back.

After every arrival the store holds what the model says: of each unit the newest usable reading. HJV_SOAK_INTERLEAVINGS
and HJV_SOAK_SEED choose another storm.
"""

import os
from random import Random

import psycopg
import pytest

from hjv_pipelines_tests.store.interleavings import (
    LONGEST,
    Held,
    World,
    expected,
    held,
    open_history,
    tell_all,
    undated,
    world,
)
from hjv_pipelines_tests.store.told import EMPTY_STORE

SEED = int(os.environ.get("HJV_SOAK_SEED", "1177"))
INTERLEAVINGS = int(os.environ.get("HJV_SOAK_INTERLEAVINGS", "100000"))
AT_ONCE = 10_000
"""So many worlds share their snapshots."""


def test_a_thousand_orders_of_snapshots_bring_no_older_reading_back(connection: psycopg.Connection) -> None:
    """Traps 1 to 5, with refused records, answers that a unit is gone, and a poorer service of the same source."""
    random = Random(SEED)
    assert regressions(connection, [world(f"{number:06}", random) for number in range(1000)]) == []


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
def test_a_hundred_thousand_orders_of_snapshots_bring_no_older_reading_back(connection: psycopg.Connection) -> None:
    random = Random(SEED)
    arrivals = 0
    for first in range(0, INTERLEAVINGS, AT_ONCE):
        worlds = [world(f"{number:06}", random) for number in range(first, min(first + AT_ONCE, INTERLEAVINGS))]
        assert regressions(connection, worlds) == []
        arrivals += sum(len(one.arrivals) for one in worlds)
        connection.execute(EMPTY_STORE)
        told = first + len(worlds)
        print(f"{told:,} interleavings, {arrivals:,} snapshots, not one regressed field", flush=True)  # noqa: T201


def regressions(connection: psycopg.Connection, worlds: list[World]) -> list[tuple[int, set[Held], set[Held]]]:
    """Tell each world its snapshots in its order; return after which arrival the store held what, and ought to.

    The history that is still open says the same as what is held.
    """
    found = []
    for step in range(LONGEST):
        tell_all(connection, [one.arrivals[step] for one in worlds if step < len(one.arrivals)])
        stands = held(connection)
        ought = {document for one in worlds for document in expected(one.arrivals[: step + 1])}
        if stands != ought or open_history(connection) != {undated(document) for document in stands}:
            found.append((step, stands - ought, ought - stands))
    return found
