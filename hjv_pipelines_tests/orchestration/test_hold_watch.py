"""What an operator decides at the command line stands in the UI soon after, without another import."""

from datetime import UTC, datetime

import dagster as dg
import pytest

from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.sandbox.faults import Fault
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.guard.holds import holds
from hjv_pipelines.store.guard.release import reject
from hjv_pipelines_tests.orchestration.installation import Installation


def looked(installation: Installation) -> list[dg.AssetCheckEvaluation]:
    """Let the sensor look once, and its verdicts stand in the UI as the daemon lets them; return these."""
    resources = {"pipeline": PipelineResource()}
    with dg.build_sensor_context(installation.instance, resources=resources) as context:
        answer = installation.defs.resolve_sensor_def("hold_watch")(context)
    if isinstance(answer, dg.SkipReason):
        return []
    assert isinstance(answer, dg.SensorResult)
    told = [event for event in answer.asset_events if isinstance(event, dg.AssetCheckEvaluation)]
    for event in told:
        installation.instance.report_runless_asset_event(event)
    return told


@pytest.fixture
def hold(installation: Installation) -> int:
    """Give the number of a hold that an import in Dagster made: half of Skåne's units would be gone."""
    installation.faults.set("hsa_file", Fault("late", remaining=1))
    assert installation.launch("hsa_import", region="12-skane").success
    installation.faults.set("hsa_file", Fault("half", remaining=1))
    assert not installation.launch("hsa_import", region="12-skane").success
    with connect(installation.database_url) as connection:
        (waiting,) = holds(connection)
    return waiting.hold_id


def test_what_the_import_told_itself_is_no_news(installation: Installation, hold: int) -> None:
    assert hold
    assert not looked(installation)


def test_a_decision_by_command_turns_the_check_green_once(installation: Installation, hold: int) -> None:
    with connect(installation.database_url) as connection:
        reject(connection, hold, "Karin", "A broken export.", datetime.now(UTC))
    (verdict,) = looked(installation)
    assert (verdict.asset_key, verdict.check_name) == (dg.AssetKey("hsa_units"), "nothing_is_held_back")
    assert verdict.passed
    assert not looked(installation)
