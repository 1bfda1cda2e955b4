"""Promised: dagster.yaml is one that Dagster accepts, and says what an operator relies on."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import dagster as dg
import pytest

from hjv_pipelines.orchestration.launcher import WorkersRunLauncher
from hjv_pipelines.orchestration.storage import prepare_storage
from hjv_pipelines.processes.environment import environment
from hjv_pipelines.processes.programs import project_file
from hjv_pipelines.settings import Settings
from hjv_pipelines.timetable import TIMETABLE


@pytest.fixture
def instance(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """Give the instance that dagster.yaml describes, over a database of the test's own."""
    told = environment(Settings(data_dir=tmp_path), database_url)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    Path(told["DAGSTER_HOME"]).mkdir()
    copy(project_file("dagster.yaml"), told["DAGSTER_HOME"])
    prepare_storage()
    with dg.DagsterInstance.get() as opened:
        yield opened


def test_preparing_twice_is_preparing_once(instance: dg.DagsterInstance) -> None:
    prepare_storage()
    assert instance.get_runs() == []


def test_two_runs_at_most_import_the_same_source_from_the_first_on(instance: dg.DagsterInstance) -> None:
    """Dagster by itself limits a pool only after it has launched runs of it."""
    limits = {pool.name: pool.limit for pool in instance.event_log_storage.get_pool_limits()}
    assert limits == {row.source: 2 for row in TIMETABLE}


def test_a_limit_that_somebody_set_stays(instance: dg.DagsterInstance) -> None:
    instance.event_log_storage.set_concurrency_slots("hsa", 1)
    prepare_storage()
    assert {pool.limit for pool in instance.event_log_storage.get_pool_limits() if pool.name == "hsa"} == {1}


def test_nothing_is_told_to_anybody_outside(instance: dg.DagsterInstance) -> None:
    assert not instance.telemetry_enabled


def test_a_run_whose_worker_is_gone_is_noticed_within_a_minute_and_tried_again(
    instance: dg.DagsterInstance,
) -> None:
    assert instance.run_monitoring_enabled
    assert instance.run_monitoring_poll_interval_seconds <= 60
    assert instance.run_monitoring_max_resume_run_attempts == 0
    assert instance.run_retries_enabled
    assert not instance.run_retries_retry_on_asset_or_op_failure


def test_the_root_logger_is_never_managed(instance: dg.DagsterInstance) -> None:
    assert instance.managed_python_loggers == ["hjv_pipelines"]


def test_terminating_a_run_marks_it_for_its_worker(instance: dg.DagsterInstance) -> None:
    run = instance.add_run(dg.DagsterRun(job_name="job", run_id="2f1c9a40-0000-4000-8000-000000000001"))
    assert isinstance(instance.run_launcher, WorkersRunLauncher)
    assert instance.run_launcher.terminate(run.run_id)
    told = instance.get_run_by_id(run.run_id)
    assert told
    assert told.status == dg.DagsterRunStatus.CANCELING
    assert not instance.run_launcher.terminate("unknown")
