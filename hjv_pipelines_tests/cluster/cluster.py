"""An installation over several machines that share nothing but the database and the broker.

Here: its processes, and the daemon's loops, one step at a time. Not here: promises.
The loops have no public name: a new version of Dagster may move them.
"""

import logging
import os
import signal
import subprocess
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copy
from time import monotonic, sleep, time
from uuid import uuid4

import dagster as dg
import pytest
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import GrpcServerTarget
from dagster._daemon.auto_run_reexecution.auto_run_reexecution import consume_new_runs_for_automatic_reexecution
from dagster._daemon.backfill import execute_backfill_iteration
from dagster._daemon.monitoring.run_monitoring import execute_run_monitoring_iteration
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon
from dagster._grpc.client import DagsterGrpcClient

from hjv_pipelines.orchestration.storage import prepare_storage
from hjv_pipelines.processes.programs import project_file
from hjv_pipelines_tests.cluster.machines import Machine
from hjv_pipelines_tests.ports import free_port

LOG = logging.getLogger(__name__)
SCRIPTS = Path(sysconfig.get_path("scripts"))


@dataclass(frozen=True)
class Cluster:
    """The daemon's machine; `workers` are the processes of the others, by the machine's name, `folder` holds theirs."""

    instance: dg.DagsterInstance
    workspace: WorkspaceProcessContext
    workers: Mapping[str, subprocess.Popen[bytes]]
    folder: Path

    def backfill(self, *assets: str) -> str:
        """Ask for all regions of some assets, as the button *Materialize all* does; return the backfill's id."""
        asked = PartitionBackfill.from_asset_partitions(
            uuid4().hex[:8],
            self.workspace.create_request_context().asset_graph,
            partition_names=None,
            asset_selection=[dg.AssetKey(asset) for asset in assets],
            backfill_timestamp=time(),
            tags={},
            dynamic_partitions_store=self.instance,
            all_partitions=True,
            title=None,
            description=None,
            run_config=None,
        )
        self.instance.add_backfill(asked)
        return asked.backfill_id

    def work_until(self, done: Callable[[], object], seconds: float) -> None:
        """Do what the daemon does, round by round, until `done`."""
        until = monotonic() + seconds
        with QueuedRunCoordinatorDaemon(interval_seconds=1) as queue:
            while not done():
                assert monotonic() < until, [(run.status, run.tags) for run in self.instance.get_runs()]
                self._exhaust(execute_backfill_iteration(self.workspace, LOG))
                self._exhaust(queue.run_iteration(self.workspace))
                self._exhaust(execute_run_monitoring_iteration(self.workspace, LOG))
                failed = self.instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]))
                self._exhaust(consume_new_runs_for_automatic_reexecution(self.workspace, failed, LOG))
                sleep(0.2)

    def is_complete(self, backfill: str) -> bool:
        """Return whether a backfill has ended well."""
        found = self.instance.get_backfill(backfill)
        assert found
        assert found.status not in {BulkActionStatus.FAILED, BulkActionStatus.COMPLETED_FAILED}, found.error
        return found.status in {BulkActionStatus.COMPLETED, BulkActionStatus.COMPLETED_SUCCESS}

    def runs(self, *statuses: dg.DagsterRunStatus) -> list[dg.DagsterRun]:
        """Return the runs that stand so."""
        return list(self.instance.get_runs(dg.RunsFilter(statuses=list(statuses))))

    def runs_of(self, machine: str) -> set[str]:
        """Return the ids of the runs that a machine's worker began: it keeps what they print."""
        kept = self.folder / machine / "dagster" / "storage"
        return {place.name for place in kept.iterdir()} if kept.exists() else set()

    def signal(self, machine: str, number: signal.Signals) -> None:
        """Send a signal to every process of a machine's worker at once."""
        os.killpg(self.workers[machine].pid, number)

    def _exhaust(self, steps: Iterable[object]) -> None:
        for error in steps:
            assert error is None, error


@contextmanager
def cluster(here: Machine, workers: Sequence[Machine], shared: Mapping[str, str], folder: Path) -> Iterator[Cluster]:
    """Give an installation that is told `shared`: the code server and the daemon `here`, and a worker on each machine.

    Every machine has a folder of its own in `folder`.
    """
    with ExitStack() as stack:
        ours = _home(here, folder, shared)
        variables = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in ours.items():
            variables.setenv(name, value)
        prepare_storage()
        port = free_port()
        stack.enter_context(_running(here, ours, "dagster", "api", "grpc", "--port", str(port), *MODULE))
        began = {
            machine.name: stack.enter_context(
                _running(machine, _home(machine, folder, shared), "celery", *WORKER, f"imports@{machine.name}")
            )
            for machine in workers
        }
        _wait_for_code(port)
        instance = stack.enter_context(dg.DagsterInstance.get())
        target = GrpcServerTarget(host="127.0.0.1", port=port, socket=None, location_name="hjv_pipelines")
        yield Cluster(instance, stack.enter_context(WorkspaceProcessContext(instance, target)), began, folder)


MODULE = ("--host", "127.0.0.1", "--module-name", "hjv_pipelines.definitions")
WORKER = (
    *("--app", "hjv_pipelines.orchestration.worker", "worker", "--queues", "imports", "--concurrency", "1"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO", "--hostname"),
)


def _home(machine: Machine, folder: Path, shared: Mapping[str, str]) -> dict[str, str]:
    """Make a machine's folders, and return what its processes are told."""
    own = folder / machine.name
    (own / "dagster").mkdir(parents=True)
    copy(project_file("dagster.yaml"), own / "dagster")
    return {**shared, "HJV_DATA_DIR": str(own), "DAGSTER_HOME": str(own / "dagster")}


@contextmanager
def _running(machine: Machine, told: Mapping[str, str], script: str, *arguments: str) -> Iterator[subprocess.Popen]:
    """Have a program run on a machine; what it prints stands in its data folder."""
    command = (*machine.enter, str(SCRIPTS / script), *arguments)
    variables, own = {**os.environ, **told}, Path(told["HJV_DATA_DIR"])
    with (
        (own / f"{script}.log").open("wb") as log,
        subprocess.Popen(command, env=variables, cwd=own, stdout=log, stderr=log, start_new_session=True) as process,
    ):
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def _wait_for_code(port: int) -> None:
    """Return when the code server's probe, `dagster api grpc-health-check`, would find it well."""
    client = DagsterGrpcClient(host="127.0.0.1", port=port)
    for _ in range(1200):
        if client.health_check_query() == "SERVING":
            return
        sleep(0.1)
    raise AssertionError("The code server does not start.")
