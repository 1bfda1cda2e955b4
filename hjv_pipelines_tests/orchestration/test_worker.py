"""Promised: a run whose worker was killed is noticed when the next worker starts, and nothing piles up."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import psycopg
import pytest
from celery import states

from hjv_pipelines.orchestration.broker import IMPORTS, declare_queues
from hjv_pipelines.processes.environment import environment
from hjv_pipelines.settings import Settings


@pytest.fixture
def worker(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Give the worker's module over a database of the test's own."""
    for name, value in environment(Settings(data_dir=tmp_path), database_url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "hjv_pipelines.orchestration.worker", raising=False)
    loaded = import_module("hjv_pipelines.orchestration.worker")
    declare_queues(loaded.app)
    return loaded


def _begin(worker: ModuleType, task_id: str, hostname: str) -> None:
    """Store what a worker of that name stores when it begins a task."""
    worker.app.backend.store_result(task_id, {"pid": 1, "hostname": hostname}, states.STARTED)


def test_what_a_killed_worker_had_begun_has_failed_once_it_starts_again(worker: ModuleType) -> None:
    _begin(worker, "lost", "imports@here")
    worker.give_up_lost_tasks("imports@here")
    lost = worker.app.AsyncResult("lost")
    assert lost.state == states.FAILURE
    assert "imports@here was killed" in str(lost.result)


def test_what_another_worker_runs_goes_on(worker: ModuleType) -> None:
    _begin(worker, "alive", "notifications@here")
    worker.give_up_lost_tasks("imports@here")
    assert worker.app.AsyncResult("alive").state == states.STARTED


def test_what_ended_stays_as_it_ended(worker: ModuleType) -> None:
    _begin(worker, "done", "imports@here")
    worker.app.backend.store_result("done", 0, states.SUCCESS)
    worker.give_up_lost_tasks("imports@here")
    assert worker.app.AsyncResult("done").state == states.SUCCESS


def test_delivered_messages_are_swept_and_waiting_ones_stay(worker: ModuleType, connection: psycopg.Connection) -> None:
    for number in range(3):
        worker.app.send_task("execute_job", args=[number], queue=IMPORTS)
    connection.execute("UPDATE kombu_message SET visible = false WHERE id = (SELECT min(id) FROM kombu_message)")
    worker.sweep()
    assert connection.execute("SELECT count(*) FROM kombu_message WHERE visible").fetchone() == (2,)
    assert connection.execute("SELECT count(*) FROM kombu_message").fetchone() == (2,)


def test_dagster_s_tasks_are_known(worker: ModuleType) -> None:
    assert {"execute_job", "resume_job"} <= set(worker.app.tasks)


def test_runs_wait_in_the_queue_and_not_in_a_worker_that_may_be_killed(worker: ModuleType) -> None:
    assert worker.app.conf.task_acks_late
    assert worker.app.conf.worker_prefetch_multiplier == 1
