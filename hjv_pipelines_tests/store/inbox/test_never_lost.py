"""Whatever happens in whatever order, no hint is lost, and no unit is read twice at a time (traps 3, 47, 48 and 50).

Once as a machine that tries orders, once with real threads on connections of their own.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Lock
from time import sleep

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from hjv_pipelines.failures import HjvError, PermanentError, TransientError
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.inbox.arrivals import add_hints
from hjv_pipelines.store.inbox.batches import Batch, begin, finish, hand_out
from hjv_pipelines.store.inbox.selection import Selection, chosen_hints, replay
from hjv_pipelines.store.inbox.troubles import fail, return_expired
from hjv_pipelines_tests.store.inbox.time import LEASE, RNG, START

UNITS = ("SE2321000016-A", "SE2321000016-B", "SE2321000016-C")
ERRORS = (TransientError("HSA is busy."), PermanentError("HSA refuses."))

READ_TWICE = """
SELECT hsa_id FROM hjv.hints WHERE state = 'reading' GROUP BY source, hsa_id HAVING count(DISTINCT batch_id) > 1
"""
READ_TOO_EARLY = "SELECT hint_id FROM hjv.hints WHERE state = 'done' AND read_at < committed_at"


class Inbox(RuleBasedStateMachine):
    """Everything that can happen to an inbox, crashes included: what is handed out may never be heard of again."""

    handed = Bundle("handed")
    reading = Bundle("reading")

    def __init__(self, connection: psycopg.Connection) -> None:
        super().__init__()
        self.connection = connection
        self.now = START
        self.given: set[int] = set()
        connection.execute("TRUNCATE hjv.hints")

    @rule(units=st.lists(st.sampled_from(UNITS), min_size=1, max_size=2))
    def hints_come(self, units: list[str]) -> None:
        self.given |= set(add_hints(self.connection, "hsa", units, "notification", self.now))

    @rule(seconds=st.sampled_from([1, 30, 61, 8000]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(target=handed, limit=st.integers(1, 3))
    def units_are_handed_out(self, limit: int) -> object:
        batch = hand_out(self.connection, "hsa", limit, self.now, LEASE)
        return multiple() if batch is None else batch.batch_id

    @rule(target=reading, batch_id=handed, run_id=st.sampled_from(["run", "retry"]))
    def a_run_begins(self, batch_id: str, run_id: str) -> object:
        batch = begin(self.connection, batch_id, run_id, self.now, LEASE)
        return multiple() if batch is None else (batch, self.now)

    @rule(read=consumes(reading))
    def it_finishes(self, read: tuple[Batch, datetime]) -> None:
        batch, read_at = read
        finish(self.connection, batch.batch_id, read_at, self.now)

    @rule(read=consumes(reading), error=st.sampled_from(ERRORS), at_fault=st.sampled_from([None, slice(1)]))
    def it_fails(self, read: tuple[Batch, datetime], error: HjvError, at_fault: slice | None) -> None:
        batch, _ = read
        fail(self.connection, batch.batch_id, error, self.now, RNG, hsa_ids=at_fault and batch.hsa_ids[at_fault])

    @rule()
    def the_silent_are_given_up(self) -> None:
        return_expired(self.connection, self.now, RNG)

    @rule(unit=st.sampled_from(UNITS))
    def an_operator_replays(self, unit: str) -> None:
        replay(self.connection, Selection(hsa_ids=(unit,)), self.now)

    @invariant()
    def no_unit_is_read_twice_at_a_time(self) -> None:
        assert self.connection.execute(READ_TWICE).fetchall() == []

    @invariant()
    def no_hint_is_answered_by_a_read_that_began_before_it_came(self) -> None:
        assert self.connection.execute(READ_TOO_EARLY).fetchall() == []

    @invariant()
    def every_hint_is_there(self) -> None:
        assert {hint.hint_id for hint in chosen_hints(self.connection, Selection(), 1000)} == self.given

    def teardown(self) -> None:
        """Let everything that still waits, or is held by nobody, be read: nothing is left in between."""
        self.now += LEASE
        return_expired(self.connection, self.now, RNG)
        self.now += timedelta(hours=2)
        while batch := hand_out(self.connection, "hsa", 1, self.now, LEASE):
            finish(self.connection, batch.batch_id, self.now, self.now)
        states = {hint.state for hint in chosen_hints(self.connection, Selection(), 1000)}
        assert states <= {"done", "set_aside"}


def test_in_whatever_order_things_happen_no_hint_is_lost_or_read_twice_at_a_time(
    connection: psycopg.Connection,
) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: Inbox(connection),
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


class Readers:
    """Who reads what right now; remembers a unit that two read at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reading: set[str] = set()
        self.collisions: set[str] = set()
        self.reads = 0

    @contextmanager
    def reading(self, batch: Batch) -> Iterator[None]:
        with self._lock:
            self.collisions |= self._reading & set(batch.hsa_ids)
            self._reading |= set(batch.hsa_ids)
            self.reads += len(batch.hsa_ids)
        yield
        with self._lock:
            self._reading -= set(batch.hsa_ids)


def test_with_many_who_give_and_read_at_once_every_hint_is_answered(database_url: str) -> None:
    units = tuple(f"SE2321000016-{number:02}" for number in range(20))
    readers, long = Readers(), timedelta(hours=1)

    def give(seed: int) -> int:
        with connect(database_url) as connection:
            chance = Random(seed)
            return sum(
                len(add_hints(connection, "hsa", chance.sample(units, 3), "notification", datetime.now(UTC)))
                for _ in range(30)
            )

    def read(seed: int) -> None:
        chance, idle = Random(seed), 0
        with connect(database_url) as connection:
            while idle < 20:
                batch = hand_out(connection, "hsa", 7, datetime.now(UTC) + long, long)
                begun = batch and begin(connection, batch.batch_id, f"run {seed}", datetime.now(UTC), long)
                idle = 0 if begun else idle + 1
                if begun is None:
                    sleep(0.02)
                    continue
                read_at = datetime.now(UTC)
                with readers.reading(begun):
                    sleep(0.002)
                if chance.random() < 0.1:
                    fail(connection, begun.batch_id, ERRORS[0], read_at, chance, most_attempts=1000)
                else:
                    finish(connection, begun.batch_id, read_at, datetime.now(UTC))

    with ThreadPoolExecutor(8) as at_once:
        reading = [at_once.submit(read, seed) for seed in range(4)]
        given = sum(at_once.map(give, range(4)))
        for reader in reading:
            reader.result()
    with connect(database_url) as connection:
        done = chosen_hints(connection, Selection(states=("done",)), 1000)
        assert connection.execute(READ_TOO_EARLY).fetchall() == []
    assert readers.collisions == set()
    assert (given, len(done)) == (360, 360)
    assert readers.reads < given
