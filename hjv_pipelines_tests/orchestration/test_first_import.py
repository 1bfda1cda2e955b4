"""A fresh installation imports the nation by itself: HSA first, each source once, and never two at a time.

The morning look is there as soon as there are cards, and when everything is.
"""

import dagster as dg
import pytest
from dagster import DagsterRunStatus

from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.sensors import ATTEMPTS
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.timetable import TIMETABLE, UNIT_REGISTER
from hjv_pipelines_tests.orchestration.installation import Installation


def answered(installation: Installation, cursor: str | None) -> object:
    sensor = installation.defs.resolve_sensor_def("first_import")
    resources = {"pipeline": PipelineResource()}
    with dg.build_sensor_context(installation.instance, cursor=cursor, resources=resources) as context:
        return sensor(context)


def tick(installation: Installation) -> dg.RunRequest | dg.SkipReason:
    """Return what the sensor answers once it has looked around, where there is something to look at."""
    answer = answered(installation, None)
    if isinstance(answer, dg.SensorResult):
        answer = answered(installation, answer.cursor)
    assert isinstance(answer, dg.RunRequest | dg.SkipReason)
    return answer


def look(installation: Installation, cursor: str | None) -> str | None:
    """Return the cursor behind which the sensor asks for the morning look; None where it does not."""
    answer = answered(installation, cursor)
    if not isinstance(answer, dg.SensorResult):
        return None
    assert [request.job_name for request in answer.run_requests or ()] == ["look_around"]
    return answer.cursor


def requested(installation: Installation) -> dg.RunRequest:
    answer = tick(installation)
    assert isinstance(answer, dg.RunRequest)
    return answer


def skipped(installation: Installation) -> str:
    answer = tick(installation)
    assert isinstance(answer, dg.SkipReason)
    return str(answer.skip_message)


def run_of(installation: Installation, request: dg.RunRequest, status: DagsterRunStatus) -> None:
    """Write a run of what the sensor requested into the instance, in the state that it is in."""
    assert request.job_name is not None
    installation.instance.create_run_for_job(
        installation.defs.resolve_job_def(request.job_name), tags=dict(request.tags), status=status
    )


def test_it_runs_from_the_start(installation: Installation) -> None:
    sensor = installation.defs.resolve_sensor_def("first_import")
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING


def test_an_empty_store_asks_for_hsa_first_and_for_the_nation(installation: Installation) -> None:
    request = requested(installation)
    assert request.job_name == "hsa_import"
    assert request.tags["dagster/asset_partition_range_start"] == REGION_KEYS[0]
    assert request.tags["dagster/asset_partition_range_end"] == REGION_KEYS[-1]
    assert request.tags["hjv/trigger"] == "first_import"


@pytest.mark.parametrize("status", [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED])
def test_while_the_import_is_under_way_it_waits(installation: Installation, status: DagsterRunStatus) -> None:
    run_of(installation, requested(installation), status)
    assert "under way" in skipped(installation)


def test_the_same_request_has_the_same_key(installation: Installation) -> None:
    """Two ticks before the run exists are one run."""
    assert requested(installation).run_key == requested(installation).run_key


def test_a_failed_first_import_is_tried_again_under_another_key(installation: Installation) -> None:
    first = requested(installation)
    run_of(installation, first, DagsterRunStatus.FAILURE)
    assert requested(installation).run_key != first.run_key


def test_it_is_not_tried_for_ever(installation: Installation) -> None:
    """A source that cannot be imported is left to the timetable, and the sensor says so (trap 46)."""
    for _ in range(ATTEMPTS):
        run_of(installation, requested(installation), DagsterRunStatus.FAILURE)
    assert f"{ATTEMPTS} first imports did not change that" in skipped(installation)


def test_the_others_follow_hsa_each_once_and_then_nothing(installation: Installation) -> None:
    """A source that speaks of one region has told everything when it told of that one."""
    asked, looked = [], [None]
    for _ in (*TIMETABLE, UNIT_REGISTER):
        asked.append(requested(installation).job_name)
        assert installation.launch(asked[-1]).success
        looked.append(look(installation, looked[-1]) or looked[-1])
    assert asked[0] == "hsa_import"
    assert asked[-1] == "make_unit_register"
    assert sorted(asked[:-1]) == sorted(f"{row.source}_import" for row in TIMETABLE)
    said = skipped(installation)
    assert "eservices has told everything about 22 of 22 regions" in said
    assert "offerings has told everything about 1 of 1 regions" in said
    assert looked == [None, *["the first cards"] * len(TIMETABLE), "everything"]


def test_one_region_by_hand_is_not_the_nation(installation: Installation) -> None:
    assert installation.launch("hsa_import", region="12-skane").success
    assert requested(installation).job_name == "hsa_import"


def test_the_morning_look_waits_for_the_first_cards(installation: Installation) -> None:
    """HSA has told everything before its run has published what it told."""
    assert installation.launch("hsa_import").success
    run_of(installation, dg.RunRequest(job_name="hsa_import"), DagsterRunStatus.STARTED)
    assert look(installation, None) is None
