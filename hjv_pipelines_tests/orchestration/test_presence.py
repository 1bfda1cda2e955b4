"""Promised: a run whose worker is gone is told from one whose worker lives, on whatever machine that is."""

from pathlib import Path
from uuid import uuid4

import dagster as dg
import pytest
from celery import states
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.launcher.base import WorkerStatus
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import pack_value
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG

from hjv_pipelines.orchestration.launcher import WorkersRunLauncher
from hjv_pipelines.orchestration.presence import appear, disappear
from hjv_pipelines.processes.environment import environment
from hjv_pipelines.settings import Settings

ORIGIN = RepositoryPythonOrigin("python", ModuleCodePointer("hjv_pipelines.definitions", "defs"))


RUN = dg.DagsterRun("job", str(uuid4()), tags={DAGSTER_CELERY_TASK_ID_TAG: "task"})


@pytest.fixture
def launcher(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkersRunLauncher:
    """Give the launcher of an installation in which a worker began the task of RUN."""
    told = environment(Settings(data_dir=tmp_path), database_url)
    monkeypatch.setenv("HJV_DATABASE_URL", database_url)
    made = WorkersRunLauncher("imports", broker=told["HJV_CELERY_BROKER"], backend=told["HJV_CELERY_BACKEND"])
    made.celery.backend.store_result("task", {"hostname": "imports@elsewhere"}, states.STARTED)
    return made


def task_of(run: dg.DagsterRun) -> dict[str, object]:
    """Return the arguments of the task that the launcher sends for a run."""
    return {"execute_job_args_packed": pack_value(ExecuteRunArgs(JobPythonOrigin("job", ORIGIN), run.run_id, None))}


def test_a_run_lives_as_long_as_its_worker_does(launcher: WorkersRunLauncher) -> None:
    appear("task", task_of(RUN))
    assert launcher.check_run_worker_health(RUN).status is WorkerStatus.RUNNING
    disappear("task")
    assert launcher.check_run_worker_health(RUN).status is WorkerStatus.FAILED


def test_another_run_s_worker_says_nothing_of_this_one(launcher: WorkersRunLauncher) -> None:
    appear("other", task_of(dg.DagsterRun("job", str(uuid4()))))
    assert launcher.check_run_worker_health(RUN).status is WorkerStatus.FAILED
    disappear("other")


def test_a_run_that_ended_did_not_lose_its_worker(launcher: WorkersRunLauncher) -> None:
    launcher.celery.backend.store_result("task", 0, states.SUCCESS)
    assert launcher.check_run_worker_health(RUN).status is WorkerStatus.SUCCESS
