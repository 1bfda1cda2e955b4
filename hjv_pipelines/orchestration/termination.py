"""Terminate, in the UI: the launcher marks the run, and the worker that runs it looks for the mark.

dagster-celery sends the worker a command instead. PostgreSQL as the broker carries none, and the run would go on.
Here: both ends of this. Not here: launching (dagster-celery), and workers otherwise (`worker.py`).
"""

from collections.abc import Mapping
from threading import Event, Thread

from dagster import DagsterInstance
from dagster._core.execution.run_cancellation_thread import start_run_cancellation_thread
from dagster._grpc.types import ExecuteRunArgs, ResumeRunArgs
from dagster._serdes import unpack_value
from dagster_celery.launcher import CeleryRunLauncher
from dagster_shared.serdes.serdes import JsonSerializableValue


class TerminableRunLauncher(CeleryRunLauncher):
    """dagster-celery's launcher, whose runs can be terminated whatever the broker is."""

    def terminate(self, run_id: str) -> bool:
        """Mark a run as being cancelled; return whether there is anything to cancel."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        self._instance.report_run_canceling(run)
        return True


_watches: dict[str, tuple[Thread, Event]] = {}


def watch_for_termination(task_id: str, kwargs: Mapping[str, JsonSerializableValue], **_: object) -> None:
    """Interrupt this worker process once the run of its task is marked; to be called before the task."""
    (packed,) = kwargs.values()
    run_id = unpack_value(packed, as_type=(ExecuteRunArgs, ResumeRunArgs)).run_id
    with DagsterInstance.get() as instance:
        _watches[task_id] = start_run_cancellation_thread(instance, run_id)


def stop_watching(task_id: str, **_: object) -> None:
    """End the watch, before another task begins in this process; to be called after the task."""
    thread, over = _watches.pop(task_id)
    over.set()
    thread.join()
