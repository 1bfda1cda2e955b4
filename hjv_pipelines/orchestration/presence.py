"""Whether a run's worker lives: it holds a lock of the run in the database for as long as it runs it.

Celery knows of a killed child, and of nothing more: a task whose worker or machine is gone stays STARTED. Here: a
task's run is told of from its first moment to its last. Not here: the lock (`store/attendance.py`), and what becomes of
a run without a worker (Dagster's run monitor and run retries).
"""

import os
from collections.abc import Mapping

import psycopg
from dagster._grpc.types import ExecuteRunArgs, ResumeRunArgs
from dagster._serdes import unpack_value
from dagster_shared.serdes.serdes import JsonSerializableValue

from hjv_pipelines.store.attendance import hold, is_held, working_on
from hjv_pipelines.store.database import connect

MACHINE_GONE = "-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""The server lets go of a connection whose machine has not answered for half a minute; by default two hours."""

_held: dict[str, psycopg.Connection] = {}


def appear(task_id: str, kwargs: Mapping[str, JsonSerializableValue], **_: object) -> None:
    """Hold the lock of the run that a task brings; to be called before the task."""
    connection = psycopg.connect(os.environ["HJV_DATABASE_URL"], autocommit=True, options=MACHINE_GONE)
    hold(connection, working_on(run_of(kwargs)))
    _held[task_id] = connection


def disappear(task_id: str, **_: object) -> None:
    """Let go of it; to be called after the task, when its result is stored."""
    _held.pop(task_id).close()


def has_worker(run_id: str) -> bool:
    """Return whether anybody holds the lock of a run."""
    with connect(os.environ["HJV_DATABASE_URL"]) as connection:
        return is_held(connection, working_on(run_id))


def run_of(kwargs: Mapping[str, JsonSerializableValue]) -> str:
    """Return the id of the run that a task of Dagster's launcher brings."""
    (packed,) = kwargs.values()
    return unpack_value(packed, as_type=(ExecuteRunArgs, ResumeRunArgs)).run_id
