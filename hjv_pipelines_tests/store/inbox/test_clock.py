"""A card whose date has come gets a hint of the clock's: one, and at its moment (rule 7, trap 16)."""

from datetime import datetime

import psycopg

from hjv_pipelines.store.inbox.batches import begin, finish, hand_out
from hjv_pipelines.store.inbox.clock import add_clock_hints, next_clock_moment
from hjv_pipelines.store.inbox.selection import Selection, chosen_hints
from hjv_pipelines_tests.store.inbox.time import LEASE, START, at

A, B = "SE2321000016-A", "SE2321000016-B"


def test_the_clock_gives_one_hint_for_each_card_whose_moment_has_come(connection: psycopg.Connection) -> None:
    change(connection, A, at(60))
    change(connection, B, at(120))

    assert next_clock_moment(connection, START) == at(60)
    assert add_clock_hints(connection, at(59)) == 0
    assert add_clock_hints(connection, at(60)) == 1
    assert add_clock_hints(connection, at(61)) == 0
    assert next_clock_moment(connection, at(60)) == at(120)
    (hint,) = chosen_hints(connection, Selection(), 10)
    assert (hint.source, hint.hsa_id, hint.origin, hint.received_at) == ("cards", A, "clock", at(60))


def test_a_card_that_never_changes_by_itself_waits_for_no_moment(connection: psycopg.Connection) -> None:
    assert next_clock_moment(connection, START) is None


def test_while_a_card_is_built_its_moment_gives_no_second_hint(connection: psycopg.Connection) -> None:
    change(connection, A, at(60))
    add_clock_hints(connection, at(60))
    batch = hand_out(connection, "cards", 10, at(60), LEASE)
    assert batch is not None
    assert add_clock_hints(connection, at(61)) == 0
    begin(connection, batch.batch_id, "run", at(61), LEASE)
    finish(connection, batch.batch_id, at(62), at(62))
    assert add_clock_hints(connection, at(63)) == 0


def test_a_moment_that_changed_nothing_gives_another_hint_a_minute_later(connection: psycopg.Connection) -> None:
    """A worker whose clock is late builds the card as it was a second before."""
    change(connection, A, at(60))
    add_clock_hints(connection, at(60))
    batch = hand_out(connection, "cards", 10, at(60), LEASE)
    assert batch is not None
    finish(connection, batch.batch_id, at(61), at(61))
    assert add_clock_hints(connection, at(120)) == 0
    assert add_clock_hints(connection, at(121)) == 1


def test_the_next_moment_of_a_card_gives_its_own_hint(connection: psycopg.Connection) -> None:
    change(connection, A, at(60))
    add_clock_hints(connection, at(60))
    batch = hand_out(connection, "cards", 10, at(60), LEASE)
    assert batch is not None
    finish(connection, batch.batch_id, at(61), at(61))
    change(connection, A, at(65))
    assert add_clock_hints(connection, at(65)) == 1


def change(connection: psycopg.Connection, hsa_id: str, moment: datetime) -> None:
    """Let the card of a unit change at `moment`."""
    (publication,) = connection.execute(
        "INSERT INTO hjv.publications (region, run_id, trigger, published_at, appeared, changed, withdrawn, unchanged, "
        "visible, hidden) VALUES ('12-skane', 'test', 'manual', %s, 0, 0, 0, 0, 0, 0) RETURNING publication_id",
        (START,),
    ).fetchone() or (0,)
    connection.execute(
        "INSERT INTO hjv.cards (hsa_id, region, failed_rules, since, fingerprint, next_change, publication_id) "
        "VALUES (%s, '12-skane', '{}', %s, '', %s, %s) ON CONFLICT (hsa_id) DO UPDATE SET next_change = %s",
        (hsa_id, START, moment, publication, moment),
    )
