"""The sensor `alerts` tells what Dagster and the store know to be wrong: each once, on a real instance."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import trustme
from dagster import DagsterRunStatus

from hjv_pipelines.alerts.ledger import Alert, last_look, newest_alerts, open_alerts
from hjv_pipelines.alerts.outbox import waiting_messages
from hjv_pipelines.orchestration.alert_sensor import alerts
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.sandbox.faults import Fault
from hjv_pipelines.store.database import connect
from hjv_pipelines.timetable import TIMETABLE
from hjv_pipelines_tests.orchestration.installation import Installation
from hjv_pipelines_tests.wire import Reply, serving


def look(installation: Installation) -> list[Alert]:
    """Let the sensor tick, and return what is open then."""
    sensor = installation.defs.resolve_sensor_def("alerts")
    repository = installation.defs.get_repository_def()
    with dg.build_sensor_context(
        installation.instance, repository_def=repository, resources={"pipeline": PipelineResource()}
    ) as context:
        answer = sensor(context)
    assert isinstance(answer, dg.SkipReason)
    with connect(installation.database_url) as connection:
        assert last_look(connection) is not None, answer
        return open_alerts(connection)


def test_it_runs_from_the_start_and_starts_no_run() -> None:
    sensor = alerts(TIMETABLE)
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    assert not sensor.has_jobs


def test_a_fresh_installation_has_nothing_wrong(installation: Installation) -> None:
    assert look(installation) == []


def test_a_failed_source_is_one_alert_until_it_comes(installation: Installation) -> None:
    """The run failed and its regions were left failed: that is one cause. Its check is a warning of its own."""
    installation.faults.set("hsa_file", Fault("forbidden"))
    assert not installation.launch("hsa_import").success
    (alert,) = look(installation)
    assert (alert.kind, alert.subject) == ("region_failed", "hsa")
    assert alert.link == "http://127.0.0.1:3000/assets/hsa_units"
    assert look(installation) == [alert]

    installation.faults.mend("hsa_file")
    assert installation.launch("hsa_import").success
    assert [one.kind for one in look(installation)] == ["check_failed"]
    with connect(installation.database_url) as connection:
        assert {one.kind: bool(one.resolved_at) for one in newest_alerts(connection, 9)} == {
            "region_failed": True,
            "check_failed": False,
        }


def test_a_failed_check_is_told_with_what_it_found(imported: Installation) -> None:
    (alert,) = look(imported)
    assert alert.subject == "hsa_units: at_most_one_record_in_a_hundred_is_refused"
    assert alert.says.startswith("Warning")
    assert "records were refused" in alert.says


def test_a_run_that_fails_for_a_reason_of_its_own_is_told_until_one_succeeds(installation: Installation) -> None:
    """A success for fewer units or regions does not make it good."""
    assert not installation.launch("hsa_import", hsa_ids=["not one"]).success
    (alert,) = look(installation)
    assert (alert.kind, alert.subject) == ("run_failed", "hsa_import")
    assert "not one" in alert.says.lower()
    assert "/runs/" in alert.link
    assert installation.launch("hsa_import", region="12-skane").success
    assert "hsa_import" in {one.subject for one in look(installation)}
    assert installation.launch("hsa_import").success
    assert "hsa_import" not in {one.subject for one in look(installation)}


def test_a_run_that_is_to_be_tried_again_is_not_told_yet(installation: Installation) -> None:
    job = installation.defs.resolve_job_def("hsa_import")
    installation.instance.create_run_for_job(job, tags={"dagster/will_retry": "true"}, status=DagsterRunStatus.FAILURE)
    assert look(installation) == []
    installation.instance.create_run_for_job(job, status=DagsterRunStatus.FAILURE)
    assert [one.kind for one in look(installation)] == ["run_failed"]


def test_a_held_region_is_one_alert(installation: Installation) -> None:
    installation.faults.set("hsa_file", Fault("late", remaining=1))
    assert installation.launch("hsa_import").success
    installation.faults.set("hsa_file", Fault("half", remaining=1))
    assert not installation.launch("hsa_import", region="12-skane").success
    told = {(one.kind, one.subject) for one in look(installation)}
    assert ("held_back", "hsa 12-skane") in told
    assert not {"run_failed", "region_failed"} & {kind for kind, _ in told}


def test_what_a_channel_does_not_take_waits(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger and the log have it; the webhook's message stays in the outbox."""
    assert not installation.launch("hsa_import", hsa_ids=["not one"]).success
    with serving(Reply(status=503)) as hook:
        monkeypatch.setenv("HJV_ALERT_WEBHOOK_URL", hook.url)
        monkeypatch.setenv("HJV_ALERT_WEBHOOK_SECRET", "between us")
        assert len(look(installation)) == 1
    with connect(installation.database_url) as connection:
        (waiting,) = waiting_messages(connection)
    assert (waiting.channel, waiting.messages) == ("webhook", 1)
    assert "503" in (waiting.last_error or "")


def test_a_certificate_that_expires_soon_is_told(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate = tmp_path / "ours.pem"
    monkeypatch.setenv("HJV_CLIENT_CERTIFICATE", str(certificate))
    leaf = trustme.CA().issue_cert("hjv", not_after=datetime.now(UTC) + timedelta(days=5))
    leaf.private_key_and_cert_chain_pem.write_to_path(certificate)
    (alert,) = look(installation)
    assert (alert.kind, alert.subject) == ("certificate", "HJV_CLIENT_CERTIFICATE")
