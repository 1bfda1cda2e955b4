"""Promised: nothing that a worker needs is missing, and nothing piles up."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import psycopg
import pytest

from hjv_pipelines.orchestration.broker import declare_queues, make_celery_app
from hjv_pipelines.processes.environment import environment
from hjv_pipelines.queues import IMPORTS
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


def test_with_redis_no_run_waits_in_a_worker_either(worker: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis would give a lost task to another worker an hour later, when Dagster has long started its run anew."""
    monkeypatch.setenv("HJV_CELERY_BROKER", "redis://localhost")
    configured = make_celery_app().conf
    assert configured.worker_disable_prefetch
    assert not configured.task_acks_late
