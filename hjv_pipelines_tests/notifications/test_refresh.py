"""A person's refresh: read from every source at once, whoever reads; what fails waits, and is told.

All of it over the sandbox, by its real protocols, and a real database.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Timer
from time import sleep

import psycopg
import pytest

from hjv_pipelines.flow import Pipeline
from hjv_pipelines.notifications.drain import Patience, drain
from hjv_pipelines.notifications.refresh import Answered, refresh
from hjv_pipelines.sandbox.faults import Fault, Faults
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.inbox.drainer import sole_drainer
from hjv_pipelines.store.inbox.selection import Selection, chosen_hints
from hjv_pipelines.store.ledger import Run
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation

DRAINED = """
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND granted
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended('hjv drain hsa', 0)
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with served_nation(tmp_path) as asking:
        yield asking


@pytest.fixture
def flow(settings: Settings, database_url: str) -> Pipeline:
    """Give an installation that imported HSA and published."""
    made = pipeline(settings, database_url)
    assert not made.import_source("hsa", Scope.nation(), RUN).failures
    made.publish(Scope.nation(), RUN)
    return made


@pytest.fixture
def unit(flow: Pipeline, settings: Settings, connection: psycopg.Connection) -> str:
    """Give a unit with a card, whose name has changed at HSA."""
    (hsa_id,) = connection.execute("SELECT min(hsa_id) FROM hjv.cards WHERE card_hash IS NOT NULL").fetchone() or ()
    open_nation(settings.data_dir).change(hsa_id, {"publicName": ["Vårdcentralen Ny"]}, utc_now())
    return str(hsa_id)


def utc_now() -> datetime:
    return datetime.now(UTC)


def refreshed(flow: Pipeline, database_url: str, unit: str, seconds: int = 20) -> dict[str, Answered]:
    run, wait = Run("refresh", "manual"), timedelta(seconds=seconds)
    answers = refresh(flow, database_url, [unit], run, clock=utc_now, rng=Random(1), wait=wait)
    return {answered.imported.source: answered for answered in answers}


def changed_cards(answers: dict[str, Answered]) -> int:
    """Return how many cards changed by what HSA said."""
    return sum(one.changed for one in answers["hsa"].publications)


def states(connection: psycopg.Connection) -> set[tuple[str, str]]:
    return {(hint.source, hint.state) for hint in chosen_hints(connection, Selection(), 100)}


def test_every_source_is_read_and_the_card_is_published_once(
    flow: Pipeline, unit: str, database_url: str, connection: psycopg.Connection
) -> None:
    answers = refreshed(flow, database_url, unit)
    assert tuple(answers) == flow.source_names
    assert all(len(answered.imported.results) == 1 for answered in answers.values())
    assert states(connection) == {(source, "done") for source in flow.source_names}
    assert changed_cards(answers) == 1
    published = [one.publication_id for answered in answers.values() for one in answered.publications]
    assert len(published) == len(set(published))


def test_what_somebody_else_drains_is_waited_for_and_told(flow: Pipeline, unit: str, database_url: str) -> None:
    other = Run("other", "notification")

    def drain_hsa() -> None:
        patience = Patience(timedelta(seconds=4), timedelta(seconds=10))
        list(drain(flow, database_url, "hsa", other, patience, clock=utc_now, rng=Random(2)))

    timer = Timer(0, drain_hsa)
    with connect(database_url) as looking:
        timer.start()
        while not _is_drained(looking):
            sleep(0.01)
    answers = refreshed(flow, database_url, unit)
    timer.join()
    assert (answers["hsa"].batches, len(answers["hsa"].imported.results)) == ((), 1)
    assert changed_cards(answers) == 1


def test_one_that_is_never_come_to_is_given_up_and_stays_in_the_inbox(
    flow: Pipeline, unit: str, database_url: str, connection: psycopg.Connection
) -> None:
    with connect(database_url) as other, sole_drainer(other, "hsa"):
        answers = refreshed(flow, database_url, unit, seconds=0)
    (failure,) = answers["hsa"].imported.failures
    assert "drained by another run" in str(failure.error)
    assert ("hsa", "waiting") in states(connection)


def test_a_source_that_fails_costs_no_other(
    flow: Pipeline, unit: str, settings: Settings, database_url: str, connection: psycopg.Connection
) -> None:
    Faults(settings.data_dir).set("eservices", Fault("forbidden"))
    answers = refreshed(flow, database_url, unit)
    (failure,) = answers["eservices"].imported.failures
    assert "hjv inbox replay --unit" in str(failure.error)
    assert changed_cards(answers) == 1
    assert ("eservices", "set_aside") in states(connection)


def test_a_person_does_not_wait_for_the_next_try(
    flow: Pipeline, unit: str, settings: Settings, database_url: str, connection: psycopg.Connection
) -> None:
    connection.execute(
        "INSERT INTO hjv.hints (source, hsa_id, origin, received_at, committed_at, next_try_at, attempts, last_error) "
        "VALUES ('hsa', %s, 'notification', now(), now(), now() + interval '1 hour', 5, 'HSA was away.')",
        (unit,),
    )
    assert changed_cards(refreshed(flow, database_url, unit)) == 1


def _is_drained(connection: psycopg.Connection) -> bool:
    """Tell whether somebody drains HSA's inbox, without a try of one's own: who came just then would go home."""
    return connection.execute(DRAINED).fetchone() == (True,)
