"""Draining the inbox: a notified unit is read again and its card published; nothing is lost, whoever dies or fails.

All of it over the sandbox, by its real protocols, and a real database.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Timer

import psycopg
import pytest
from psycopg.abc import Params

from hjv_pipelines.cards.publish import LOCK_REGION
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.notifications.batch_size import first_size
from hjv_pipelines.notifications.drain import Drained, Patience, drain
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.faults import Fault, Faults
from hjv_pipelines.sandbox.kka import publish_shared_text
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.inbox.arrivals import Notification, accept, add_hints
from hjv_pipelines.store.inbox.batches import begin, hand_out
from hjv_pipelines.store.inbox.clock import add_clock_hints
from hjv_pipelines.store.inbox.drainer import sole_drainer
from hjv_pipelines.store.inbox.hint import CARDS
from hjv_pipelines.store.inbox.selection import Selection, chosen_hints
from hjv_pipelines.store.ledger import Run
from hjv_pipelines.store.merge import TAKE_TURNS
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation
from hjv_pipelines_tests.waiting import until

AT_ONCE = Patience(timedelta(), timedelta())
A_WHILE = Patience(timedelta(seconds=5), timedelta(seconds=20))


@dataclass(frozen=True)
class Fed:
    """A pipeline whose cards are published, the sandbox it asks, and its database."""

    pipeline: Pipeline
    archive: Archive
    faults: Faults
    database_url: str
    connection: psycopg.Connection

    def drained(self, source: str, patience: Patience = AT_ONCE) -> list[Drained]:
        """Drain the inbox of `source`."""
        run = Run("drainer", "notification")
        return list(drain(self.pipeline, self.database_url, source, run, patience, clock=utc_now, rng=Random(1)))

    def rename(self, hsa_id: str, name: str) -> None:
        """Let HSA have another name of a unit from now on."""
        self.archive.change(hsa_id, {"unitName": [name], "publicName": [name]}, utc_now())

    def names(self) -> dict[str, str]:
        """Return the names on the published cards."""
        return dict(
            self.connection.execute(
                "SELECT hsa_id, body::jsonb #>> '{header,name}' FROM hjv.cards "
                "JOIN hjv.contents ON card_hash = content_hash ORDER BY hsa_id"
            )
        )

    def imports_of(self, run_id: str) -> int:
        """Return how many imports a run has begun."""
        query = "SELECT count(*) FROM hjv.imports WHERE run_id = %s"
        return int(self.connection.execute(query, (run_id,)).fetchall()[0][0])

    def states(self) -> list[str]:
        """Return the states of all hints, in the order in which they came."""
        return [hint.state for hint in reversed(chosen_hints(self.connection, Selection(), 1000))]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with served_nation(tmp_path) as asking:
        yield asking


@pytest.fixture
def fed(settings: Settings, database_url: str, connection: psycopg.Connection) -> Fed:
    """Give an installation that imported HSA and published."""
    flow = pipeline(settings, database_url)
    assert not flow.import_source("hsa", Scope.nation(), RUN).failures
    flow.publish(Scope.nation(), RUN)
    folder = settings.data_dir
    return Fed(flow, open_nation(folder), Faults(folder), database_url, connection)


def notified(fed: Fed, source: str, *hsa_ids: str, notification_id: str = "n-1") -> None:
    accept(fed.connection, Notification(source, notification_id, hsa_ids, utc_now()), utc_now(), utc_now())


def utc_now() -> datetime:
    return datetime.now(UTC)


def test_a_notified_unit_is_read_again_and_its_card_published(fed: Fed) -> None:
    unit = next(iter(fed.names()))
    fed.rename(unit, "Vårdcentralen Ny")
    notified(fed, "hsa", unit)
    (batch,) = fed.drained("hsa")
    assert fed.names()[unit] == "Vårdcentralen Ny"
    assert [(hint.state, hint.run_id) for hint in batch.hints] == [("done", "drainer")]


def test_what_is_not_notified_is_not_read(fed: Fed) -> None:
    unit, other = list(fed.names())[:2]
    before = fed.names()[other]
    fed.rename(unit, "Vårdcentralen Ny")
    fed.rename(other, "Vårdcentralen Ovetande")
    notified(fed, "hsa", unit)
    fed.drained("hsa")
    assert fed.names()[other] == before


def test_a_source_that_fails_leaves_the_hint_waiting_with_the_reason(fed: Fed) -> None:
    unit = next(iter(fed.names()))
    fed.faults.set("hsa_unit", Fault("forbidden"))
    notified(fed, "hsa", unit)
    (batch,) = fed.drained("hsa")
    (hint,) = chosen_hints(fed.connection, Selection(), 10)
    assert batch.error is not None
    assert (hint.state, hint.last_error) == ("set_aside", str(batch.error))


def test_while_one_drains_another_does_nothing(fed: Fed) -> None:
    notified(fed, "hsa", next(iter(fed.names())))
    with connect(fed.database_url) as other, sole_drainer(other, "hsa") as alone:
        assert alone
        assert fed.drained("hsa") == []
    assert fed.states() == ["waiting"]


def test_what_a_dead_drainer_had_begun_is_taken_over(fed: Fed) -> None:
    """Trap 50: its connection ended with it, and no lease is awaited."""
    unit = next(iter(fed.names()))
    fed.rename(unit, "Vårdcentralen Ny")
    notified(fed, "hsa", unit)
    taken = hand_out(fed.connection, "hsa", 10, utc_now(), timedelta(hours=1))
    assert taken is not None
    begin(fed.connection, taken.batch_id, "dead", utc_now(), timedelta(hours=1))
    fed.drained("hsa", Patience(timedelta(seconds=15), timedelta(seconds=15)))
    assert (fed.names()[unit], fed.states()) == ("Vårdcentralen Ny", ["done"])


def test_a_hint_that_comes_while_the_drainer_lingers_is_read_by_it(fed: Fed) -> None:
    first, second = list(fed.names())[:2]
    for unit in (first, second):
        fed.rename(unit, "Vårdcentralen Ny")
    notified(fed, "hsa", first)

    def later() -> None:
        with connect(fed.database_url) as own:
            add_hints(own, "hsa", [second], "notification", utc_now())

    timer = Timer(1.0, later)
    timer.start()
    batches = fed.drained("hsa", A_WHILE)
    timer.join()
    assert [batch.batch.hsa_ids for batch in batches] == [(first,), (second,)]


@pytest.mark.parametrize(
    ("lock", "held"),
    [(TAKE_TURNS, [{"source": "hsa"}]), (LOCK_REGION, [(region,) for region in REGION_KEYS])],
    ids=["merged", "published"],
)
def test_while_one_batch_is_merged_and_published_the_source_is_asked_about_the_next(
    fed: Fed, lock: str, held: list[Params]
) -> None:
    units = list(fed.names())[: first_size("hsa") + 1]
    notified(fed, "hsa", *units)
    with ThreadPoolExecutor(1) as other, connect(fed.database_url) as holding:
        with holding.transaction():
            for one in held:
                holding.execute(lock.encode(), one)
            draining = other.submit(fed.drained, "hsa")
            until(lambda: fed.imports_of("drainer") == 2)
            assert set(fed.states()) == {"reading"}
        assert [len(drained.hints) for drained in draining.result()] == [first_size("hsa"), 1]
    assert set(fed.states()) == {"done"}


def test_a_source_that_answers_at_once_is_asked_about_more_units_each_time(fed: Fed) -> None:
    units = [*fed.names(), *(f"SE2321000016-X{number}" for number in range(200))][: 4 * first_size("hsa")]
    notified(fed, "hsa", *units)
    moment = utc_now()  # by a clock that stands still, every answer comes at once
    draining = drain(fed.pipeline, fed.database_url, "hsa", RUN, AT_ONCE, clock=lambda: moment, rng=Random(1))
    sizes = [len(drained.hints) for drained in draining]
    assert sizes == [first_size("hsa"), 2 * first_size("hsa"), first_size("hsa")]


def test_a_notified_change_survives_a_file_that_was_begun_before_it(fed: Fed) -> None:
    """Trap 1, end to end: the file of 11:30 holds the directory as it was at 10:00."""
    unit = next(iter(fed.names()))
    fed.rename(unit, "Vårdcentralen Ny")
    notified(fed, "hsa", unit)
    fed.drained("hsa")
    assert not fed.pipeline.import_source("hsa", Scope.nation(), RUN).failures
    fed.pipeline.publish(Scope.nation(), RUN)
    assert fed.names()[unit] == "Vårdcentralen Ny"


def test_a_shared_text_that_one_unit_tells_of_is_read_again_for_all_its_users(
    fed: Fed, connection: psycopg.Connection
) -> None:
    """Trap 33: KKA publishes once, and every card that shows the text changes."""
    assert not fed.pipeline.import_source("kka", Scope.nation(), RUN).failures
    fed.pipeline.publish(Scope.nation(), RUN)
    _, users = publish_shared_text(fed.archive, "12-skane", "Nya tider i jul", utc_now())
    notified(fed, "kka", users[0])
    fed.drained("kka", A_WHILE)
    showing = connection.execute(
        "SELECT count(*) FROM hjv.cards JOIN hjv.contents ON card_hash = content_hash WHERE body LIKE %s",
        ("%Nya tider i jul%",),
    )
    told = {hint.hsa_id for hint in chosen_hints(connection, Selection(sources=("kka",), states=("done",)), 1000)}
    assert told == set(users)
    assert showing.fetchone() == (sum(hsa_id in fed.names() for hsa_id in users),)


def test_a_card_appears_by_the_clock_alone(fed: Fed) -> None:
    """Trap 16: its start date comes, and no source says anything."""
    unit = next(iter(fed.names()))
    at = utc_now() - timedelta(seconds=1)
    fed.connection.execute(
        "UPDATE hjv.cards SET card_hash = NULL, failed_rules = '{started}', next_change = %s, fingerprint = 'before' "
        "WHERE hsa_id = %s",
        (at, unit),
    )
    assert add_clock_hints(fed.connection, at - timedelta(seconds=1)) == 0
    assert unit not in fed.names()
    assert add_clock_hints(fed.connection, at) == 1
    (batch,) = fed.drained(CARDS)
    assert (unit in fed.names(), [one.appeared for one in batch.publications]) == (True, [1])


def test_a_hint_about_a_unit_that_nobody_knows_is_answered(fed: Fed) -> None:
    notified(fed, "hsa", "SE2321000016-NOBODY")
    fed.drained("hsa")
    assert fed.states() == ["done"]
