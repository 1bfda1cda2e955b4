"""Hints that were set aside are read again from the launchpad; whatever cannot be meant is answered in words."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import psycopg
import pytest

from hjv_pipelines.sandbox.manifest import expectations
from hjv_pipelines.store.inbox.arrivals import add_hints
from hjv_pipelines_tests.orchestration.installation import Installation


@pytest.fixture
def set_aside(installation: Installation, connection: psycopg.Connection) -> str:
    """Give a unit whose hints of HSA and KKA were set aside an hour ago."""
    unit = next(unit.hsa_id for unit in expectations(installation.nation) if unit.verdict == "visible")
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    for source in ("hsa", "kka"):
        add_hints(connection, source, [unit], "notification", an_hour_ago, received_at=an_hour_ago)
    connection.execute("UPDATE hjv.hints SET state = 'set_aside', attempts = 1, last_error = 'HSA refuses us: 403'")
    connection.commit()
    return unit


def replayed(installation: Installation, **config: object) -> dg.ExecuteInProcessResult:
    asked = {"ops": {"replay_chosen": {"config": config}}}
    return installation.defs.resolve_job_def("replay_hints").execute_in_process(
        asked, instance=installation.instance, raise_on_error=False
    )


def answer(result: dg.ExecuteInProcessResult) -> str:
    failure = result.failure_data_for_node("replay_chosen")
    assert failure is not None
    assert failure.user_failure_data is not None
    return str(failure.user_failure_data.description)


def shown(result: dg.ExecuteInProcessResult) -> str:
    (event,) = (event for event in result.all_events if event.is_successful_output)
    return str(event.step_output_data.metadata["as_they_were"].value)


def waiting(connection: psycopg.Connection) -> list[str]:
    found = connection.execute("SELECT source FROM hjv.hints WHERE state = 'waiting' AND attempts = 0").fetchall()
    return [source for (source,) in found]


def test_hints_of_a_source_wait_again_and_the_run_shows_why_they_failed(
    installation: Installation, connection: psycopg.Connection, set_aside: str
) -> None:
    result = replayed(installation, sources=["hsa"])
    assert result.success
    assert waiting(connection) == ["hsa"]
    assert set_aside in shown(result)
    assert "HSA refuses us: 403" in shown(result)


def test_a_dry_run_shows_them_and_lets_them_lie(
    installation: Installation, connection: psycopg.Connection, set_aside: str
) -> None:
    result = replayed(installation, hsa_ids=[set_aside.lower()], dry_run=True)
    assert set_aside in shown(result)
    assert not waiting(connection)


def test_moments_are_swedish_time(installation: Installation, connection: psycopg.Connection, set_aside: str) -> None:
    assert set_aside
    long_ago, hence = "2020-01-01T00:00", "2100-01-01T00:00"
    assert "None of these hints is set aside" in answer(replayed(installation, until=long_ago))
    assert replayed(installation, since=long_ago, until=hence).success
    assert sorted(waiting(connection)) == ["hsa", "kka"]


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({}, "No hint is named: write in the launchpad"),
        ({"sources": ["has"]}, "There is no source 'has': choose among cards, eservices, hsa"),
        ({"hsa_ids": ["hello"]}, "'hello' is not an HSA-id"),
        ({"since": "yesterday"}, "'yesterday' is no moment: write it like 2026-11-23T10:00"),
        ({"hint_ids": [4711]}, "None of these hints is set aside"),
    ],
    ids=["nothing", "a wrong source", "a wrong unit", "a wrong moment", "a wrong number"],
)
def test_what_cannot_be_meant_is_answered_in_words(
    installation: Installation, config: dict[str, object], told: str
) -> None:
    assert told in answer(replayed(installation, **config))


def test_the_launchpad_begins_with_something_that_works(installation: Installation) -> None:
    job = installation.defs.resolve_job_def("replay_hints")
    assert job.run_config is not None
    assert job.run_config["ops"]["replay_chosen"]["config"]["sources"] == ["hsa"]
