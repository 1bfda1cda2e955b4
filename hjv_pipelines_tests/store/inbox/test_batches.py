"""Every hint is read, many of a unit by one read, and no unit by two reads at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import sleep

import psycopg

from hjv_pipelines.store.database import connect
from hjv_pipelines.store.inbox.arrivals import add_hints
from hjv_pipelines.store.inbox.batches import Batch, begin, finish, hand_out, hold
from hjv_pipelines.store.inbox.troubles import return_expired
from hjv_pipelines_tests.store.inbox.time import LEASE, RNG, START, at

A, B, C = "SE2321000016-A", "SE2321000016-B", "SE2321000016-C"


def test_many_hints_of_a_unit_are_one_read(connection: psycopg.Connection) -> None:
    """Trap 47, in small."""
    for seconds, hsa_id in enumerate((A, B, A, A)):
        add_hints(connection, "hsa", [hsa_id], "notification", at(seconds))

    batch = taken(connection, at(5))
    assert (batch.hsa_ids, batch.hints) == ((A, B), 4)
    assert hand_out(connection, "hsa", 10, at(5), LEASE) is None


def test_no_more_units_are_handed_out_than_asked_for_the_longest_waiting_first(connection: psycopg.Connection) -> None:
    for seconds, hsa_id in enumerate((C, B, A)):
        add_hints(connection, "hsa", [hsa_id], "notification", at(seconds))

    assert taken(connection, at(5), limit=2).hsa_ids == (B, C)
    assert taken(connection, at(5), limit=2).hsa_ids == (A,)


def test_each_source_is_asked_by_itself(connection: psycopg.Connection) -> None:
    add_hints(connection, "hsa", [A], "notification", START)
    add_hints(connection, "kka", [A], "notification", START)

    assert taken(connection, START).source == "hsa"
    kka = hand_out(connection, "kka", 10, START, LEASE)
    assert kka is not None
    assert kka.hsa_ids == (A,)


def test_a_hint_that_comes_during_a_read_causes_another(connection: psycopg.Connection) -> None:
    """Trap 3: what the read saw may be older than what the hint tells."""
    batch = begun(connection, A)
    add_hints(connection, "hsa", [A], "notification", at(1))

    assert hand_out(connection, "hsa", 10, at(2), LEASE) is None
    assert [hint.received_at for hint in finish(connection, batch.batch_id, at(3), at(4))] == [START]
    assert taken(connection, at(5)).hints == 1


def test_a_hint_that_comes_before_the_read_begins_is_answered_by_it(connection: psycopg.Connection) -> None:
    add_hints(connection, "hsa", [A], "notification", START)
    batch = taken(connection, START)
    add_hints(connection, "hsa", [A, B], "notification", at(1))

    begun = begin(connection, batch.batch_id, "run", at(2), LEASE)
    assert begun is not None
    assert (begun.hsa_ids, begun.hints) == ((A,), 2)
    assert taken(connection, at(2)).hsa_ids == (B,)


def test_two_who_hand_out_at_once_share_no_unit(database_url: str) -> None:
    """A hint comes between the two: locks on rows alone would let the second have the same unit."""
    with connect(database_url) as first, connect(database_url) as second, ThreadPoolExecutor() as aside:
        add_hints(first, "hsa", [A], "notification", START)
        with first.transaction():
            taken(first, START)
            add_hints(second, "hsa", [A], "notification", START)
            asked = aside.submit(hand_out, second, "hsa", 10, START, LEASE)
            while first.execute(WAITS, (second.info.backend_pid,)).fetchone() is None:
                sleep(0.01)
        assert asked.result(timeout=30) is None


WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted AND pid = %s"


def test_a_finished_hint_tells_its_times(connection: psycopg.Connection) -> None:
    batch = begun(connection, A)
    (hint,) = finish(connection, batch.batch_id, at(1), at(2))
    assert (hint.state, hint.run_id, hint.read_at, hint.published_at) == ("done", "run", at(1), at(2))


def test_a_batch_that_no_run_begins_is_handed_out_again(connection: psycopg.Connection) -> None:
    """Trap 50: the process that was to start the run dies."""
    add_hints(connection, "hsa", [A], "notification", START)
    lost = taken(connection, START)

    assert return_expired(connection, at(59), RNG) == ()
    assert return_expired(connection, at(60), RNG) == (lost.batch_id,)
    assert begin(connection, lost.batch_id, "late", at(61), LEASE) is None
    assert taken(connection, at(61)).attempts == 0


def test_a_run_that_still_reads_keeps_its_batch(connection: psycopg.Connection) -> None:
    batch = begun(connection, A)
    assert hold(connection, batch.batch_id, at(50), LEASE)
    assert return_expired(connection, at(100), RNG) == ()
    assert return_expired(connection, at(110), RNG) == (batch.batch_id,)
    assert not hold(connection, batch.batch_id, at(111), LEASE)


def test_a_batch_belongs_to_one_run_which_may_begin_it_again(connection: psycopg.Connection) -> None:
    batch = begun(connection, A)
    assert begin(connection, batch.batch_id, "another", at(1), LEASE) is None
    assert begin(connection, batch.batch_id, "run", at(1), LEASE) == batch
    finish(connection, batch.batch_id, at(2), at(3))
    assert begin(connection, batch.batch_id, "run", at(4), LEASE) is None


def test_a_run_that_was_given_up_finishes_nothing(connection: psycopg.Connection) -> None:
    batch = begun(connection, A)
    return_expired(connection, at(60), RNG)
    assert finish(connection, batch.batch_id, at(61), at(62)) == ()


def begun(connection: psycopg.Connection, *hsa_ids: str) -> Batch:
    """Give hints at the start, and return the batch that the run `run` reads then."""
    add_hints(connection, "hsa", hsa_ids, "notification", START)
    batch = begin(connection, taken(connection, START).batch_id, "run", START, LEASE)
    assert batch is not None
    return batch


def taken(connection: psycopg.Connection, now: datetime, limit: int = 10) -> Batch:
    """Return the next batch, which there must be."""
    batch = hand_out(connection, "hsa", limit, now, LEASE)
    assert batch is not None
    return batch
