"""The doctor sees whether anybody takes runs, and says what to do where nobody does."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from pydantic import SecretStr

from hjv_pipelines.examination.workers import examine_workers
from hjv_pipelines.queues import IMPORTS, QUEUES
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.attendance import attending, hold, is_held
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.waiting import until

PARENT_AND_CHILD = """
import os, sys, time
from hjv_pipelines.orchestration import attending
attending.LOOK_SECONDS = 0.1
attending.begin_attending(sys.argv[1], sys.argv[2:])
while not attending.held:
    time.sleep(0.05)
if os.fork() == 0:
    attending.leave_to_parent()
time.sleep(300)
"""
"""What Celery's worker does of it: it attends, and forks children that run the runs."""


def settings_of(database_url: str) -> Settings:
    return Settings.model_validate({"database_url": SecretStr(database_url)})


@pytest.fixture(autouse=True)
def _outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HJV_CELERY_BROKER", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)


def test_a_queue_that_nobody_attends_is_seen(database_url: str) -> None:
    with connect(database_url) as worker:
        hold(worker, attending(IMPORTS))
        seen = examine_workers(settings_of(database_url))
    assert not seen.well
    assert seen.seen == "nobody takes runs from notifications, so that they wait"
    assert "--queues notifications" in seen.remedy


def test_workers_that_are_there_are_well(database_url: str) -> None:
    with connect(database_url) as one, connect(database_url) as other:
        for queue in QUEUES:
            hold(one, attending(queue))
            hold(other, attending(queue))
        assert examine_workers(settings_of(database_url)).well


def test_a_cluster_whose_runs_are_jobs_needs_none(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    assert examine_workers(settings_of(database_url)).well
    monkeypatch.setenv("HJV_CELERY_BROKER", "redis://broker")
    assert not examine_workers(settings_of(database_url)).well


def test_a_database_that_does_not_answer_is_not_taken_for_workers_that_are_gone() -> None:
    seen = examine_workers(settings_of("postgresql://127.0.0.1:1/nothing"))
    assert "the database does not answer" in seen.seen


@contextmanager
def worker_of(database_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = (sys.executable, "-c", PARENT_AND_CHILD, database_url, IMPORTS)
    with subprocess.Popen(command, start_new_session=True) as worker:
        try:
            yield worker
        finally:
            os.killpg(worker.pid, signal.SIGKILL)


def test_a_worker_attends_until_it_dies_whatever_becomes_of_its_connection_and_its_children(
    connection: psycopg.Connection, database_url: str
) -> None:
    holding = """SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE locktype = 'advisory' AND datname = current_database()"""
    with worker_of(database_url) as worker:
        until(lambda: is_held(connection, attending(IMPORTS)))
        (first,) = connection.execute(holding).fetchall()
        connection.execute("SELECT pg_terminate_backend(%s)", first)
        until(lambda: connection.execute(holding).fetchall() not in ([], [first]))
        assert is_held(connection, attending(IMPORTS))
        worker.kill()
        worker.wait()
        until(lambda: not is_held(connection, attending(IMPORTS)))
