"""What cannot be read is tried again, bounded, and set aside with its reason; it never holds up the others."""

from datetime import datetime, timedelta
from random import Random

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.store.inbox.arrivals import add_hints
from hjv_pipelines.store.inbox.back_off import LONGEST_WAIT, MOST_ATTEMPTS, wait_after
from hjv_pipelines.store.inbox.batches import Batch, begin, finish, hand_out
from hjv_pipelines.store.inbox.selection import Selection, chosen_hints, replay
from hjv_pipelines.store.inbox.troubles import fail, return_expired
from hjv_pipelines.store.inbox.waiting import next_due
from hjv_pipelines_tests.store.inbox.time import LEASE, RNG, START, at

UNITS = tuple(f"SE2321000016-{number:03}" for number in range(100))
POISON = UNITS[37]
BUSY, REFUSED = TransientError("HSA is busy."), PermanentError("HSA refuses.")
LATER = timedelta(hours=2)


@given(attempts=st.integers(1, 60), seed=st.integers())
def test_a_wait_grows_to_an_hour_and_is_never_the_same_for_all(attempts: int, seed: int) -> None:
    middle = timedelta(seconds=min(5 * 3.0 ** (attempts - 1), LONGEST_WAIT.total_seconds()))
    assert middle * 0.75 <= wait_after(attempts, Random(seed)) <= middle * 1.25


def test_a_failed_unit_waits_before_it_is_handed_out_again(connection: psycopg.Connection) -> None:
    batch = begun(connection, START, UNITS[:1])
    fail(connection, batch.batch_id, BUSY, at(1), RNG)

    due = next_due(connection, "hsa")
    assert due is not None
    assert at(1 + 5 * 0.75) <= due <= at(1 + 5 * 1.25)
    assert hand_out(connection, "hsa", 10, due - timedelta(milliseconds=1), LEASE) is None
    assert next_batch(connection, due).attempts == 1


def test_the_wait_that_a_source_asks_for_is_kept(connection: psycopg.Connection) -> None:
    """Trap 45."""
    batch = begun(connection, START, UNITS[:1])
    fail(connection, batch.batch_id, TransientError("Busy.", retry_after=LATER), START, RNG)
    assert next_due(connection, "hsa") == START + LATER


def test_tries_are_bounded_and_the_reason_stays(connection: psycopg.Connection) -> None:
    """Trap 46."""
    add_hints(connection, "hsa", UNITS[:1], "notification", START)
    now, tries = START, 0
    while (batch := hand_out(connection, "hsa", 10, now, LEASE)) is not None:
        begin(connection, batch.batch_id, f"run {tries}", now, LEASE)
        fail(connection, batch.batch_id, BUSY, now, RNG)
        now, tries = now + LATER, tries + 1

    (hint,) = chosen_hints(connection, Selection(), 10)
    assert (tries, hint.state, hint.attempts, hint.last_error) == (MOST_ATTEMPTS, "set_aside", 8, "HSA is busy.")


def test_a_single_unit_that_can_never_be_read_is_set_aside_at_once(connection: psycopg.Connection) -> None:
    batch = begun(connection, START, UNITS[:1])
    fail(connection, batch.batch_id, REFUSED, START, RNG)
    assert states(connection) == {UNITS[0]: "set_aside"}


def test_units_that_are_known_to_fail_do_not_take_the_rest_of_their_batch_with_them(
    connection: psycopg.Connection,
) -> None:
    batch = begun(connection, START, UNITS[:3])
    fail(connection, batch.batch_id, REFUSED, START, RNG, hsa_ids=UNITS[:1])
    finish(connection, batch.batch_id, at(1), at(1))
    assert states(connection) == {UNITS[0]: "set_aside", UNITS[1]: "done", UNITS[2]: "done"}


def test_a_poisonous_unit_is_alone_after_three_tries_and_all_others_are_read(connection: psycopg.Connection) -> None:
    """Trap 48: whatever batch holds it fails as a whole, and nobody says which unit it is."""
    add_hints(connection, "hsa", UNITS, "notification", START)
    now, sizes = START, []
    while (batch := next_or_none(connection, now)) is not None:
        begin(connection, batch.batch_id, "run", now, LEASE)
        if POISON in batch.hsa_ids:
            sizes.append(len(batch.hsa_ids))
            fail(connection, batch.batch_id, REFUSED, now, RNG)
        else:
            finish(connection, batch.batch_id, now, now)
        now += timedelta(seconds=1)

    assert sizes[0] == 100
    assert (len(sizes), sizes[-1]) <= (4, 1)
    assert states(connection) == {unit: "set_aside" if unit == POISON else "done" for unit in UNITS}


def test_new_hints_go_before_units_that_failed_a_moment_ago(connection: psycopg.Connection) -> None:
    """Trap 48."""
    batch = begun(connection, START, UNITS[:1])
    fail(connection, batch.batch_id, BUSY, START, RNG)
    due = next_due(connection, "hsa")
    assert due is not None
    add_hints(connection, "hsa", UNITS[1:2], "notification", due + timedelta(seconds=9))
    assert next_batch(connection, due + timedelta(seconds=9)).hsa_ids == UNITS[1:2]


def test_units_that_failed_are_not_forgotten_for_new_ones(connection: psycopg.Connection) -> None:
    batch = begun(connection, START, UNITS[:1])
    fail(connection, batch.batch_id, BUSY, START, RNG)
    due = next_due(connection, "hsa")
    assert due is not None
    add_hints(connection, "hsa", UNITS[1:2], "notification", due + timedelta(seconds=11))
    assert next_batch(connection, due + timedelta(seconds=11)).hsa_ids == UNITS[:1]


def test_an_outage_does_not_end_in_a_run_for_each_unit(connection: psycopg.Connection) -> None:
    add_hints(connection, "hsa", UNITS, "notification", START)
    now = START
    for _ in range(4):  # one batch of all, then those of the first, second and third try
        while (batch := hand_out(connection, "hsa", 100, now, LEASE)) is not None:
            begin(connection, batch.batch_id, "run", now, LEASE)
            fail(connection, batch.batch_id, BUSY, now, RNG)
        now += LATER
    assert len(next_batch(connection, now).hsa_ids) == len(UNITS) // 8


def test_a_unit_that_kills_its_run_is_set_aside_in_the_end(connection: psycopg.Connection) -> None:
    """Traps 48 and 50: the run never comes to say that it failed."""
    add_hints(connection, "hsa", UNITS[:1], "notification", START)
    now, tries = START, 0
    while (batch := hand_out(connection, "hsa", 10, now, LEASE)) is not None:
        begin(connection, batch.batch_id, "run", now, LEASE)
        return_expired(connection, now + LEASE, RNG)
        now, tries = now + LATER, tries + 1

    (hint,) = chosen_hints(connection, Selection(), 10)
    assert (tries, hint.state, hint.last_error) == (8, "set_aside", "The run run ended without a word.")


def test_a_unit_whose_runs_were_killed_is_tried_again_within_seconds_however_often(
    connection: psycopg.Connection,
) -> None:
    """Trap 50: what stands again after an hour of crashes must not keep its units waiting for another."""
    add_hints(connection, "hsa", UNITS[:1], "notification", START)
    now = START
    for attempt in range(MOST_ATTEMPTS - 1):
        batch = next_batch(connection, now)
        assert batch.attempts == attempt
        begin(connection, batch.batch_id, f"run {attempt}", now, timedelta())
        return_expired(connection, now, RNG)
        due = next_due(connection, "hsa")
        assert due is not None
        assert due - now <= timedelta(seconds=5 * 1.25)
        now = due


def test_a_hint_that_was_set_aside_can_be_replayed_by_unit_source_time_and_id(connection: psycopg.Connection) -> None:
    batch = begun(connection, START, UNITS[:2])
    fail(connection, batch.batch_id, REFUSED, START, RNG, hsa_ids=UNITS[:2])
    aside = {hint.hsa_id: hint.hint_id for hint in chosen_hints(connection, Selection(), 10)}

    assert replay(connection, Selection(hsa_ids=UNITS[2:]), at(1)) == 0
    assert replay(connection, Selection(sources=("kka",)), at(1)) == 0
    assert replay(connection, Selection(since=at(1)), at(1)) == 0
    assert replay(connection, Selection(until=START), at(1)) == 0
    assert replay(connection, Selection(hint_ids=(aside[UNITS[0]],)), at(1)) == 1
    assert replay(connection, Selection(hsa_ids=UNITS[:2], sources=("hsa",), since=START, until=at(1)), at(1)) == 1
    assert (next_batch(connection, at(1)).hsa_ids, next_or_none(connection, at(1))) == (UNITS[:2], None)


def begun(connection: psycopg.Connection, now: datetime, hsa_ids: tuple[str, ...]) -> Batch:
    add_hints(connection, "hsa", hsa_ids, "notification", now)
    batch = begin(connection, next_batch(connection, now).batch_id, "run", now, LEASE)
    assert batch is not None
    return batch


def next_batch(connection: psycopg.Connection, now: datetime) -> Batch:
    batch = hand_out(connection, "hsa", 100, now, LEASE)
    assert batch is not None
    return batch


def next_or_none(connection: psycopg.Connection, now: datetime) -> Batch | None:
    """Return the next batch, if need be after waiting for it."""
    due = next_due(connection, "hsa")
    return None if due is None else hand_out(connection, "hsa", 100, max(now, due), LEASE)


def states(connection: psycopg.Connection) -> dict[str, str]:
    return {hint.hsa_id: hint.state for hint in chosen_hints(connection, Selection(), 1000)}
