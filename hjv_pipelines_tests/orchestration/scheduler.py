"""Dagster's own scheduler and queue over the timetable's schedules, moved through time by hand.

Here: the daemons' loops, one step at a time, over an instance whose runs are launched into nothing. Not here: promises.
The loops have no public name: a new version of Dagster may move them.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import yaml
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.remote_representation.external import RemoteSchedule
from dagster._core.scheduler import DagsterDaemonScheduler
from dagster._core.test_utils import freeze_time, instance_for_test
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon
from dagster._scheduler.scheduler import launch_scheduled_runs

from hjv_pipelines.cards.register import REGISTER
from hjv_pipelines.orchestration.jobs import timetable_import
from hjv_pipelines.orchestration.partitions import ONE_RUN, REGIONS
from hjv_pipelines.orchestration.presentation import CONTACT_CARDS, presentation
from hjv_pipelines.orchestration.schedules import import_schedules
from hjv_pipelines.orchestration.storage import limit_pools
from hjv_pipelines.orchestration.together import TimedImport
from hjv_pipelines.processes.programs import project_file
from hjv_pipelines.timetable import TIMETABLE, UNIT_REGISTER

_now: datetime | None = None
"""What the clock of the schedules shows; `None` while it is broken."""


def _clock() -> datetime:
    if _now is None:
        raise RuntimeError("the clock is broken")
    return _now


def _asset(name: str, pool: str) -> dg.AssetsDefinition:
    @dg.asset(name=name, partitions_def=REGIONS, backfill_policy=ONE_RUN, pool=pool)
    def nothing() -> None: ...

    return nothing


def _definitions() -> dg.Definitions:
    imports = [
        *(TimedImport(row, (presentation(row.source).asset, CONTACT_CARDS)) for row in TIMETABLE),
        TimedImport(UNIT_REGISTER, (REGISTER,)),
    ]
    pools = {one.assets[0]: one.row.source for one in imports}
    job = timetable_import(pools)
    assets = [_asset(name, pool) for name, pool in pools.items()]
    return dg.Definitions(
        assets=[*assets, _asset(CONTACT_CARDS, CONTACT_CARDS)],
        jobs=[job],
        schedules=import_schedules(imports, job, _clock, lambda: True),
    )


defs = _definitions()
"""The timetable's schedules, over assets that do nothing; the scheduler below sets their clock."""

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
        return self._work(at, at)

    def fail(self, at: datetime) -> list[dg.DagsterRun]:
        """Do as `work` does, while the schedules' own code fails."""
        return self._work(at, None)

    def _work(self, at: datetime, shown: datetime | None) -> list[dg.DagsterRun]:
        global _now  # noqa: PLW0603  the clock of the definitions, which are a module's as Dagster loads them
        _now = shown
        before = {run.run_id for run in self.instance.get_runs()}
        assert isinstance(self.instance.scheduler, DagsterDaemonScheduler)
        with freeze_time(at):
            for _ in launch_scheduled_runs(
                self.workspace,
                logging.getLogger(__name__),
                at.astimezone(UTC),
                {},
                max_tick_retries=self.instance.scheduler.max_tick_retries,
            ):
                pass
        return [run for run in self.instance.get_runs() if run.run_id not in before]

    def launch_queued(self) -> None:
        """Let the queue launch what it may; a launched run then stands as starting until the test ends it."""
        with QueuedRunCoordinatorDaemon(interval_seconds=1) as queue:
            for _ in queue.run_iteration(self.workspace):
                pass

    def end(self, run: dg.DagsterRun) -> None:
        """Let a launched run be done."""
        self.instance.handle_run_event(
            run.run_id, dg.DagsterEvent(dg.DagsterEventType.RUN_SUCCESS.value, job_name=run.job_name)
        )

    def status(self, run: dg.DagsterRun) -> dg.DagsterRunStatus:
        """Return how a run stands now."""
        now = self.instance.get_run_by_id(run.run_id)
        assert now is not None
        return now.status

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
    """Give a scheduler over an instance in `folder`, with the limits and retries of dagster.yaml.

    What it launches does nothing.
    """
    told = yaml.safe_load(project_file("dagster.yaml").read_text())
    overrides = {
        "concurrency": told["concurrency"],
        "scheduler": told["scheduler"],
        "run_launcher": {"module": "dagster._core.test_utils", "class": "MockedRunLauncher"},
    }
    with (
        instance_for_test(overrides, temp_dir=str(folder)) as instance,
        WorkspaceProcessContext(instance, HERE) as workspace,
    ):
        limit_pools(instance, (row.source for row in TIMETABLE))
        yield Scheduler(instance, workspace)
