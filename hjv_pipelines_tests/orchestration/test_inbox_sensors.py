"""The sensors of the inbox ask for one run when a hint waits that nobody takes care of, and for no other."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import psycopg
import pytest

from hjv_pipelines.orchestration.inbox_sensors import Asked, unattended_hint
from hjv_pipelines.orchestration.inbox_verdict import PUBLISHED
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.sandbox.faults import Fault
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.inbox.arrivals import add_hints
from hjv_pipelines.store.inbox.batches import begin, hand_out
from hjv_pipelines.store.inbox.drainer import sole_drainer
from hjv_pipelines_tests.orchestration.installation import Installation

UNIT = "SE2321000016-1"


@pytest.fixture(autouse=True)
def _short_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJV_INBOX_TICK_SECONDS", "0.5")


def tick(installation: Installation, sensor: str = "hsa_notifications", cursor: str | None = None) -> dg.SensorResult:
    """Return what a tick asks for; nothing where it skips."""
    resources = {"pipeline": PipelineResource()}
    with dg.build_sensor_context(installation.instance, resources=resources, cursor=cursor) as context:
        answer = installation.defs.resolve_sensor_def(sensor)(context)
    if isinstance(answer, dg.SkipReason):
        return dg.SensorResult(skip_reason=answer)
    assert isinstance(answer, dg.SensorResult)
    return answer


def hinted(connection: psycopg.Connection, source: str = "hsa") -> None:
    add_hints(connection, source, [UNIT], "notification", datetime.now(UTC))


def test_they_run_from_the_start(installation: Installation) -> None:
    for source in ("hsa_notifications", "kka_notifications", "vaccinera_notifications", "clock"):
        sensor = installation.defs.resolve_sensor_def(source)
        assert sensor.default_status is dg.DefaultSensorStatus.RUNNING


def test_a_hint_asks_for_a_run_of_its_source(installation: Installation, connection: psycopg.Connection) -> None:
    hinted(connection)
    (request,) = tick(installation).run_requests or []
    assert request.run_config == {"ops": {"notifications": {"config": {"source": "hsa"}}}}


def test_another_sources_hint_does_not(installation: Installation, connection: psycopg.Connection) -> None:
    hinted(connection, "kka")
    assert not tick(installation).run_requests


def test_a_hint_that_comes_during_the_tick_asks_at_once(
    installation: Installation, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No timing is asserted: a tick that did not listen would end without a request."""
    from threading import Timer

    monkeypatch.setenv("HJV_INBOX_TICK_SECONDS", "20")
    timer = Timer(0.5, hinted, (connection,))
    timer.start()
    answer = tick(installation)
    timer.join()
    assert answer.run_requests


def test_while_a_run_drains_no_other_is_asked_for(
    installation: Installation, connection: psycopg.Connection, database_url: str
) -> None:
    hinted(connection)
    with connect(database_url) as drainer, sole_drainer(drainer, "hsa"):
        assert not tick(installation).run_requests
    assert tick(installation).run_requests


def test_while_a_run_drains_what_waits_is_not_looked_through_again_and_again(
    connection: psycopg.Connection, database_url: str
) -> None:
    """Trap 47: with 100,000 units waiting each look takes a tenth of a second from the run that drains them."""
    looks: list[str] = []

    def look(_connection: psycopg.Connection, source: str, _until: datetime) -> bool:
        looks.append(source)
        return True

    with connect(database_url) as drainer, sole_drainer(drainer, "hsa"):
        assert unattended_hint(connection, "hsa", look, None, datetime.now(UTC) + timedelta(seconds=1)) is None
    assert looks == ["hsa"]


def test_while_the_run_that_was_asked_for_starts_no_other_is(
    installation: Installation, connection: psycopg.Connection
) -> None:
    hinted(connection)
    assert not tick(installation, cursor=tick(installation).cursor).run_requests


def test_a_run_that_never_began_is_asked_for_again_under_another_key(
    installation: Installation, connection: psycopg.Connection
) -> None:
    """Trap 50: the worker died before it took the hint. The same key would never start a run again."""
    hinted(connection)
    first = tick(installation)
    long_ago = Asked.read(first.cursor).model_copy(update={"last": datetime.now(UTC) - timedelta(minutes=1)})
    second = tick(installation, cursor=long_ago.model_dump_json())
    keys = [request.run_key for answer in (first, second) for request in answer.run_requests or []]
    assert len(set(keys)) == len(keys) == 2


def test_a_tick_whose_cursor_was_lost_asks_under_the_same_key(
    installation: Installation, connection: psycopg.Connection
) -> None:
    """The daemon died after the run was launched: Dagster starts no run twice for one key."""
    hinted(connection)
    keys = {request.run_key for _ in range(2) for request in tick(installation).run_requests or []}
    assert len(keys) == 1


def test_what_a_dead_run_had_begun_is_given_back(installation: Installation, connection: psycopg.Connection) -> None:
    hinted(connection)
    batch = hand_out(connection, "hsa", 1, datetime.now(UTC), timedelta(hours=1))
    assert batch is not None
    begin(connection, batch.batch_id, "dead", datetime.now(UTC), timedelta(hours=1))
    tick(installation)
    rows = connection.execute("SELECT state, last_error FROM hjv.hints").fetchall()
    assert rows == [("waiting", "The run dead ended without a word.")]


def test_a_moment_that_passed_asks_for_a_run(installation: Installation, connection: psycopg.Connection) -> None:
    """Trap 16 and rule 7."""
    assert installation.launch("hsa_import", region="12-skane").success
    connection.execute("UPDATE hjv.cards SET next_change = now() + interval '0.3 seconds' WHERE region = '12-skane'")
    (request,) = tick(installation, "clock").run_requests or []
    assert request.tags["hjv/trigger"] == "clock"


def test_what_a_refresh_leaves_behind_asks_for_a_run_of_the_silent_sources(
    installation: Installation, connection: psycopg.Connection
) -> None:
    add_hints(connection, "eservices", [UNIT], "operator", datetime.now(UTC) - timedelta(minutes=1))
    (request,) = tick(installation, "operator_refreshes").run_requests or []
    assert request.run_config == {"ops": {"notifications": {"config": {"source": "others"}}}}


def test_what_a_refresh_gave_just_now_is_its_own(installation: Installation, connection: psycopg.Connection) -> None:
    add_hints(connection, "eservices", [UNIT], "operator", datetime.now(UTC))
    assert not tick(installation, "operator_refreshes").run_requests


def test_a_source_that_is_off_asks_for_no_run(installation: Installation, connection: psycopg.Connection) -> None:
    add_hints(connection, "eservices", [UNIT], "operator", datetime.now(UTC) - timedelta(minutes=1))
    # Undone before the installation takes its own environment back: else its addresses would outlive it.
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HJV_SOURCES", "live")
        environment.delenv("HJV_ESERVICES_URL")
        assert not tick(installation, "operator_refreshes").run_requests


def test_units_are_refreshed_from_the_launchpad(installation: Installation, connection: psycopg.Connection) -> None:
    assert installation.launch("hsa_import", region="12-skane").success
    (unit,) = connection.execute("SELECT min(hsa_id) FROM hjv.cards WHERE card_hash IS NOT NULL").fetchone() or ()
    connection.execute("UPDATE hjv.cards SET fingerprint = 'another' WHERE hsa_id = %s", (unit,))
    job = installation.defs.resolve_job_def("refresh_units")
    config = {"ops": {"read_units_again": {"config": {"hsa_ids": [unit.lower()]}}}}
    assert job.execute_in_process(run_config=config, instance=installation.instance).success
    states = connection.execute("SELECT DISTINCT state, origin FROM hjv.hints").fetchall()
    assert states == [("done", "operator")]


def test_an_id_that_is_none_fails_the_refresh_in_words(installation: Installation) -> None:
    job = installation.defs.resolve_job_def("refresh_units")
    config = {"ops": {"read_units_again": {"config": {"hsa_ids": ["nonsense"]}}}}
    with pytest.raises(dg.Failure, match="'nonsense' is not an HSA-id"):
        job.execute_in_process(run_config=config, instance=installation.instance)


def test_a_read_that_failed_is_no_materialisation_and_says_what_to_do(
    installation: Installation, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HJV_INBOX_LINGER_SECONDS", "0")
    installation.faults.set("hsa_unit", Fault("forbidden"))
    hinted(connection)
    job = installation.defs.resolve_job_def("drain_inbox")
    config = {"ops": {"notifications": {"config": {"source": "hsa"}}}}
    try:
        assert job.execute_in_process(run_config=config, instance=installation.instance).success
    finally:
        installation.faults.mend()
    assert not installation.materialised("notifications")
    (observed,) = installation.observed("notifications")
    told = observed.metadata
    assert UNIT in str(told["failed_units"].value)
    assert "hjv inbox replay" in str(told["what_to_do"].value)


def test_the_run_publishes_and_tells_its_latency(
    installation: Installation, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HJV_INBOX_LINGER_SECONDS", "0")
    assert installation.launch("hsa_import").success
    (unit,) = connection.execute("SELECT min(hsa_id) FROM hjv.cards WHERE card_hash IS NOT NULL").fetchone() or ()
    connection.execute("UPDATE hjv.cards SET fingerprint = 'another' WHERE hsa_id = %s", (unit,))
    add_hints(connection, "hsa", [unit], "notification", datetime.now(UTC))
    job = installation.defs.resolve_job_def("drain_inbox")
    config = {"ops": {"notifications": {"config": {"source": "hsa"}}}}
    assert job.execute_in_process(run_config=config, instance=installation.instance).success
    metadata = installation.materialised("notifications")[None].metadata
    assert (metadata["units"].value, metadata["failed"].value) == (1, 0)
    assert unit in str(metadata["last_hints"].value)
    assert isinstance(metadata["latency_p95_ms"].value, float)
    assert installation.judged_since("notifications") == {PUBLISHED}


def test_a_notification_leaves_what_the_checks_said_of_the_cards(
    installation: Installation, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The UI shows verdicts from before the last materialisation as none, and a region is as old as its import."""
    monkeypatch.setenv("HJV_INBOX_LINGER_SECONDS", "0")
    assert installation.launch("hsa_import", region="12-skane").success
    (unit,) = connection.execute("SELECT min(hsa_id) FROM hjv.cards WHERE card_hash IS NOT NULL").fetchone() or ()
    connection.execute("UPDATE hjv.cards SET card_hash = NULL, fingerprint = 'another' WHERE hsa_id = %s", (unit,))
    before = installation.materialised("contact_cards")
    add_hints(connection, "hsa", [unit], "notification", datetime.now(UTC))
    job = installation.defs.resolve_job_def("drain_inbox")
    config = {"ops": {"notifications": {"config": {"source": "hsa"}}}}
    assert job.execute_in_process(run_config=config, instance=installation.instance).success
    assert installation.materialised("contact_cards") == before
    (observed,) = installation.observed("contact_cards")
    assert (observed.partition, observed.metadata["appeared"].value) == ("12-skane", 1)
