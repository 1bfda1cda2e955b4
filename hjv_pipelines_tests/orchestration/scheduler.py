"""Dagster's own scheduler over the real definitions, moved through time by hand.

Here: the daemon's loop, one step at a time, over an instance that keeps runs queued. Not here: promises. The loop has
no public name: a new version of Dagster may move it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.remote_representation.external import RemoteSchedule
from dagster._core.test_utils import freeze_time, instance_for_test
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster._scheduler.scheduler import launch_scheduled_runs

from hjv_pipelines.definitions import build_defs
from hjv_pipelines.settings import Settings

_now = datetime(2000, 1, 1, tzinfo=UTC)


def _clock() -> datetime:
    return _now


defs = build_defs(Settings(), clock=_clock)
"""The definitions whose clock the scheduler below sets."""

HERE = InProcessWorkspaceLoadTarget(
    InProcessCodeLocationOrigin(
        LoadableTargetOrigin(module_name=__name__, attribute="defs"), location_name="hjv_pipelines"
    )
)


@dataclass(frozen=True)
class Scheduler:
    """The scheduler daemon of one installation. Before its first `work`, no schedule has ever been seen."""

    instance: dg.DagsterInstance
    workspace: WorkspaceProcessContext

    def work(self, at: datetime) -> list[dg.DagsterRun]:
        """Let the daemon do at the moment `at` what is due, and return the runs that it asked for."""
        global _now  # noqa: PLW0603  the clock of the definitions, which are a module's as Dagster loads them
        _now = at
        before = {run.run_id for run in self.instance.get_runs()}
        with freeze_time(at):
            for _ in launch_scheduled_runs(self.workspace, logging.getLogger(__name__), at.astimezone(UTC), {}):
                pass
        return [run for run in self.instance.get_runs() if run.run_id not in before]

    def work_until(self, end: datetime, *, since: datetime) -> list[dg.DagsterRun]:
        """Let the daemon work every half hour, and return the runs in their order."""
        runs: list[dg.DagsterRun] = []
        moment = since.astimezone(UTC)
        while moment <= end.astimezone(UTC):
            runs += self.work(moment)
            moment += timedelta(minutes=30)
        return runs

    def stop(self, schedule: str, at: datetime) -> None:
        """Stop a schedule, as in the UI."""
        stopped = self._schedule(schedule)
        with freeze_time(at):
            self.instance.stop_schedule(stopped.get_remote_origin_id(), stopped.selector_id, stopped)

    def start(self, schedule: str, at: datetime) -> None:
        """Start a schedule, as in the UI."""
        with freeze_time(at):
            self.instance.start_schedule(self._schedule(schedule))

    def skipped(self, schedule: str) -> str | None:
        """Return what the last tick of a schedule said when it asked for no run."""
        seen = self._schedule(schedule)
        ticks = self.instance.get_ticks(seen.get_remote_origin_id(), seen.selector_id, limit=1)
        return ticks[0].skip_reason if ticks else None

    def _schedule(self, name: str) -> RemoteSchedule:
        (location,) = self.workspace.create_request_context().code_locations
        (repository,) = location.get_repositories().values()
        return repository.get_schedule(name)


@contextmanager
def scheduler(folder: Path) -> Iterator[Scheduler]:
    """Give a scheduler over an instance in `folder`, which queues what is asked for and launches nothing."""
    with instance_for_test(temp_dir=str(folder)) as instance, WorkspaceProcessContext(instance, HERE) as workspace:
        yield Scheduler(instance, workspace)
