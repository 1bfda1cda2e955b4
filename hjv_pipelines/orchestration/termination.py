"""Terminate, at the worker's end: while it runs a run, it looks whether the run is marked as being cancelled.

Here: that watch. Not here: who sets the mark (`launcher.py`), and workers otherwise (`worker.py`).
"""

from collections.abc import Mapping
from threading import Event, Thread

from dagster import DagsterInstance
from dagster._core.execution.run_cancellation_thread import start_run_cancellation_thread
from dagster_shared.serdes.serdes import JsonSerializableValue

from hjv_pipelines.orchestration.presence import run_of

_watches: dict[str, tuple[Thread, Event]] = {}


def watch_for_termination(task_id: str, kwargs: Mapping[str, JsonSerializableValue], **_: object) -> None:
    """Interrupt this worker process once the run of its task is marked; to be called before the task."""
    with DagsterInstance.get() as instance:
        _watches[task_id] = start_run_cancellation_thread(instance, run_of(kwargs))


def stop_watching(task_id: str, **_: object) -> None:
    """End the watch, before another task begins in this process; to be called after the task."""
    thread, over = _watches.pop(task_id)
    over.set()
    thread.join()
