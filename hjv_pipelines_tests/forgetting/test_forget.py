"""What is old is forgotten when the settings say so, and what waits never is."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from hjv_pipelines.forgetting.forget import Forgotten, forget, look
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.inbox.arrivals import Notification, accept, add_hints
from hjv_pipelines.store.inbox.batches import begin, finish, hand_out
from hjv_pipelines.store.inbox.selection import Selection, chosen_hints

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 23, 10, 45, tzinfo=UTC)
A, B = "SE2321000016-A", "SE2321000016-B"
SETTINGS = Settings.model_validate({"inbox_retention_days": 7})


@pytest.fixture
def told(connection: psycopg.Connection) -> psycopg.Connection:
    """Give an inbox where A was notified and read ten days ago, B notified then and never read, A again yesterday."""
    for notification_id, unit, days, done in (("old", A, 10, True), ("new", A, 1, True), ("waits", B, 10, False)):
        at = NOW - days * DAY
        accept(connection, Notification("hsa", notification_id, (unit,), at), at, at)
        if done:
            batch = hand_out(connection, "hsa", 1, at, DAY)
            assert batch is not None
            begin(connection, batch.batch_id, "run", at, DAY)
            finish(connection, batch.batch_id, at, at)
    return connection


def rows(forgotten: Sequence[Forgotten]) -> tuple[int | None, int | None]:
    """Return how many hints and notifications were forgotten."""
    by_table = {one.table: one.rows for one in forgotten}
    return by_table["hints"], by_table["notifications"]


def notifications(connection: psycopg.Connection) -> set[str]:
    return {told for (told,) in connection.execute("SELECT notification_id FROM hjv.notifications")}


def test_looking_forgets_nothing(told: psycopg.Connection) -> None:
    looked = look(told, SETTINGS, NOW)
    assert rows(looked) == (1, 1)
    assert notifications(told) == {"old", "waits", "new"}


def test_what_was_done_long_ago_is_forgotten_with_its_notification(told: psycopg.Connection) -> None:
    looked = look(told, SETTINGS, NOW)
    assert forget(told, SETTINGS, NOW) == looked
    assert notifications(told) == {"waits", "new"}
    assert rows(forget(told, SETTINGS, NOW)) == (0, 0)


def test_what_waits_is_kept_however_old_it_is(told: psycopg.Connection) -> None:
    forget(told, SETTINGS, NOW + 1000 * DAY)
    assert [(hint.hsa_id, hint.state) for hint in chosen_hints(told, Selection(), 10)] == [(B, "waiting")]
    assert notifications(told) == {"waits"}


def test_a_notification_stays_as_long_as_one_of_its_hints(connection: psycopg.Connection) -> None:
    at = NOW - 10 * DAY
    accept(connection, Notification("hsa", "both", (A, B), at), at, at)
    batch = hand_out(connection, "hsa", 1, at, DAY)
    assert batch is not None
    finish(connection, batch.batch_id, at, at)
    forgotten = forget(connection, SETTINGS, NOW)
    assert rows(forgotten) == (1, 0)
    assert notifications(connection) == {"both"}


def test_hints_without_a_notification_are_forgotten_too(connection: psycopg.Connection) -> None:
    at = NOW - 10 * DAY
    add_hints(connection, "hsa", [A], "operator", at)
    batch = hand_out(connection, "hsa", 1, at, DAY)
    assert batch is not None
    finish(connection, batch.batch_id, at, at)
    assert rows(forget(connection, SETTINGS, NOW)) == (1, 0)
