"""What came in stays in: a notification is kept once, with a hint for each of its units, and wakes who waits."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from hjv_pipelines.store.database import connect
from hjv_pipelines.store.inbox.arrivals import AlreadyToldError, Notification, accept, add_hints
from hjv_pipelines.store.inbox.selection import Selection, chosen_hints
from hjv_pipelines.store.inbox.waiting import wait_for_hints
from hjv_pipelines_tests.store.inbox.time import LEASE, START, at
from hjv_pipelines_tests.store.told import MORNING, Told, tell

A, B, C = "SE2321000016-A", "SE2321000016-B", "SE2321000016-C"
TOLD = Notification("hsa", "n1", (B, A, B), START)


def test_a_notification_gives_one_hint_for_each_unit(connection: psycopg.Connection) -> None:
    accepted = accept(connection, TOLD, START, at(0.1))

    assert (accepted.hints, accepted.committed_at, accepted.duplicate) == (2, at(0.1), False)
    newest, oldest = chosen_hints(connection, Selection(), 10)
    assert (oldest.hsa_id, newest.hsa_id) == (A, B)
    assert (newest.notification_id, newest.received_at, newest.committed_at) == ("n1", START, at(0.1))


def test_a_notification_that_comes_twice_gives_hints_once(connection: psycopg.Connection) -> None:
    """Trap 3, the half of the inbox; the merge's rule is the other."""
    accept(connection, TOLD, START, at(0.1))
    again = accept(connection, replace(TOLD, hsa_ids=(A, B)), at(60), at(60.1))

    assert (again.hints, again.committed_at, again.duplicate) == (0, at(0.1), True)
    assert len(chosen_hints(connection, Selection(), 10)) == 2


def test_an_id_cannot_stand_for_two_notifications(connection: psycopg.Connection) -> None:
    accept(connection, TOLD, START, START)
    with pytest.raises(AlreadyToldError, match="n1 stands for another"):
        accept(connection, replace(TOLD, hsa_ids=(C,)), START, START)
    assert accept(connection, replace(TOLD, source="kka"), START, START).hints == 2


def test_the_same_notification_on_many_connections_at_once_is_kept_once(database_url: str) -> None:
    def send(_: int) -> int:
        with connect(database_url) as connection:
            return accept(connection, TOLD, START, START).hints

    with ThreadPoolExecutor(8) as senders:
        assert sorted(senders.map(send, range(8))) == [0] * 7 + [2]


def test_a_notification_that_concerns_nobody_is_kept_and_marked(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: ("12-skane", "one")}, asked=(A,)))
    assert accept(connection, TOLD, MORNING, MORNING).unknown_hsa_ids == (B,)
    assert accept(connection, replace(TOLD, notification_id="n2", hsa_ids=()), MORNING, MORNING).hints == 0
    assert connection.execute("SELECT count(*) FROM hjv.notifications").fetchone() == (2,)


def test_a_hint_wakes_who_waits_for_its_source(database_url: str) -> None:
    with connect(database_url) as waiting, connect(database_url) as giving, ThreadPoolExecutor() as aside:
        woken = aside.submit(wait_for_hints, waiting, "kka", patience=LEASE, clock=lambda: START)
        add_hints(giving, "kka", [A], "operator", START)
        assert woken.result(timeout=30)


def test_who_waits_for_nothing_goes_on_in_the_end(connection: psycopg.Connection) -> None:
    add_hints(connection, "hsa", [A], "operator", START)
    times = iter([START, START, START + LEASE])
    assert not wait_for_hints(connection, "kka", patience=LEASE / 1000, clock=lambda: next(times))
