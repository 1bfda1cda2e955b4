"""The history of a card says what set each version off: the run, the notification, and who says what differs."""

import json
from datetime import timedelta

import psycopg
import pytest
from typer.testing import CliRunner

from hjv_pipelines.cards.history import CardVersion, history_of
from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.cli import app
from hjv_pipelines.store.inbox.arrivals import Notification, accept
from hjv_pipelines.store.ledger import Run
from hjv_pipelines.timetable import STOCKHOLM
from hjv_pipelines_tests.store.told import MORNING, REGIONS, UNITS, Told, tell

A, B, _ = UNITS
SKANE = REGIONS[1]
RENAMED_AT = MORNING + timedelta(minutes=5)

READ = """
UPDATE hjv.hints SET state = 'done', run_id = 'drained', taken_at = %(taken)s, read_at = %(at)s, published_at = %(at)s
WHERE notification_id = %(id)s
"""


@pytest.fixture
def renamed(connection: psycopg.Connection) -> CardVersion:
    """Give the newest version of a card whose unit was renamed, by a run that read it after the second of two hints."""
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    publish_region(connection, SKANE, Policy(), Run("national", "schedule"), lambda: MORNING)
    for number, minute in (("earlier", 1), ("its own", 4)):
        at = MORNING + timedelta(minutes=minute)
        accept(connection, Notification("hsa", number, (A, B), at), at, at)
        connection.execute(READ, {"id": number, "taken": at, "at": at + timedelta(minutes=1)})
    tell(connection, Told(4, {A: (SKANE, "two")}, asked=(A,)))
    publish_region(connection, SKANE, Policy(), Run("drained", "notification"), lambda: RENAMED_AT)
    newest, first = history_of(connection, A).versions
    assert (first.run_id, first.notifications) == ("national", [])
    return newest


def test_a_version_names_the_run_and_the_notification_that_it_answers(renamed: CardVersion) -> None:
    assert (renamed.run_id, renamed.trigger) == ("drained", "notification")
    (told,) = renamed.notifications
    assert (told.source, told.id, told.occurred_at) == ("hsa", "its own", MORNING + timedelta(minutes=4))


def test_a_field_that_differs_names_who_says_it(renamed: CardVersion) -> None:
    (difference,) = renamed.differences
    assert (difference.path, difference.before, difference.after) == (
        "header.name",
        "Vårdcentralen one",
        "Vårdcentralen two",
    )
    assert difference.sources == ["hsa"]


@pytest.mark.usefixtures("renamed")
def test_the_command_prints_the_card_of_a_time(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJV_DATABASE_URL", database_url)
    names = []
    for at in (MORNING + timedelta(minutes=1), RENAMED_AT):
        words = ["history", A, "--at", f"{at.astimezone(STOCKHOLM):%Y-%m-%dT%H:%M}"]
        names.append(json.loads(CliRunner().invoke(app, words, catch_exceptions=False).output)["header"]["name"])
    assert names == ["Vårdcentralen one", "Vårdcentralen two"]
    told = CliRunner().invoke(app, ["history", A], catch_exceptions=False).output
    assert "after hsa's notification its own" in told
