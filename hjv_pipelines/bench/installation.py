"""An installation of the bench's own: `hjv up` on free ports, with a data folder that begins empty.

Here: starting and stopping it, its runs through Dagster's own API, and its processes. Not here: what is measured of it.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import httpx
import psutil

from hjv_pipelines.failures import HjvError
from hjv_pipelines.processes.announcement import first_cards
from hjv_pipelines.processes.environment import environment
from hjv_pipelines.processes.supervisor import log_of
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect, database

_PATIENCE_SECONDS = 3600
"""A first import of ten times the nation takes a quarter of that on two slow cores."""
_LOOK_SECONDS = 0.1
_SELDOM_SECONDS = 1.0
"""Between looks that cost the database something."""
_STOP_SECONDS = 90

_EVERY_REGION_TOLD = """
SELECT count(*) FROM (SELECT source FROM hjv.complete_snapshots GROUP BY source) told
"""

_LAUNCH = """
mutation($asked: ExecutionParams!) { launchRun(executionParams: $asked) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } } ... on InvalidSubsetError { message } } }
"""
_RUN = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status startTime endTime } } }"
_RUNS = """
query($filter: RunsFilter) { runsOrError(filter: $filter) { ... on Runs {
    results { runId jobName status startTime endTime } } } }
"""
_UNDER_WAY = ["QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING"]


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that ended: how long it took from its start to its end, and how it ended."""

    seconds: float
    status: str


@dataclass(frozen=True, slots=True)
class Installation:
    """A running installation. `ui_seconds` and `cards_seconds`: from the command to the UI, and to all cards of HSA."""

    settings: Settings
    process: subprocess.Popen[bytes]
    ui_seconds: float
    cards_seconds: float

    @property
    def delivery(self) -> str:
        """Return the delivery's address."""
        return f"http://127.0.0.1:{self.settings.delivery_port}"

    @property
    def receiver(self) -> str:
        """Return the receiver's address."""
        return f"http://127.0.0.1:{self.settings.receiver_port}"

    @property
    def sandbox(self) -> str:
        """Return the sandbox's address."""
        return f"http://127.0.0.1:{self.settings.sandbox_port}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Give the address of its database."""
        with database(self.settings) as url:
            yield url

    def wait_until_all_is_imported(self, sources: int) -> None:
        """Return when every one of so many sources has told of the nation and no import is under way."""
        with self.database() as url, connect(url) as connection:
            for _ in _looks(_SELDOM_SECONDS):
                told = connection.execute(_EVERY_REGION_TOLD).fetchone()
                if told and told[0] >= sources and not self.imports_under_way():
                    return
        raise HjvError(f"The first imports did not end within {_PATIENCE_SECONDS} s; see {self.settings.home}/logs.")

    def imports_under_way(self) -> list[str]:
        """Return the ids of the runs of the imports' queue that have not ended."""
        tags = [{"key": "dagster-celery/queue", "value": "imports"}]
        runs = self._ask(_RUNS, {"filter": {"statuses": _UNDER_WAY, "tags": tags}})["runsOrError"]["results"]
        return [run["runId"] for run in runs]

    def first_run_of(self, job: str) -> Ran:
        """Return the first run of a job that went well."""
        runs = self._ask(_RUNS, {"filter": {"pipelineName": job, "statuses": ["SUCCESS"]}})["runsOrError"]["results"]
        return _ran(runs[-1])

    def launch(self, job: str, assets: tuple[str, ...] = ()) -> str:
        """Ask for a run of `job`, or of some of its assets, over the nation; return its id."""
        from hjv_pipelines.orchestration.partitions import EVERY_REGION

        selector = {
            "repositoryLocationName": "hjv_pipelines",
            "repositoryName": "__repository__",
            "jobName": job,
            **({"assetSelection": [{"path": [asset]} for asset in assets]} if assets else {}),
        }
        tags = [{"key": key, "value": value} for key, value in EVERY_REGION.items()]
        asked = {"selector": selector, "runConfigData": {}, "executionMetadata": {"tags": tags}}
        told = self._ask(_LAUNCH, {"asked": asked})["launchRun"]
        if told["__typename"] != "LaunchRunSuccess":
            raise HjvError(f"Dagster does not launch {job}: {told}")
        return str(told["run"]["runId"])

    def wait_for(self, run_id: str) -> Ran:
        """Return how a run went, once it has ended."""
        for _ in _looks():
            run = self._ask(_RUN, {"id": run_id})["runOrError"]
            if run["status"] not in _UNDER_WAY:
                return _ran(run)
        raise HjvError(f"The run {run_id} did not end within {_PATIENCE_SECONDS} s.")

    def seconds_of(self, run_id: str) -> float:
        """Return how long a run took that ended well. Raises `HjvError` when it ended otherwise."""
        run = self.wait_for(run_id)
        if run.status != "SUCCESS":
            raise HjvError(f"The run {run_id} ended as {run.status}; see {self.settings.home}/logs.")
        return run.seconds

    def peak_mb(self) -> dict[str, float]:
        """Return the peak memory in MB of each of its Python processes by pid and name, as the system counts it."""
        peaks: dict[str, float] = {}
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.Error, OSError, StopIteration):
                status = Path(f"/proc/{process.pid}/status").read_text()
                line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
                if process.name() != "postgres":  # its shared buffers would be counted in every one of its processes
                    peaks[f"{process.pid} {' '.join(process.cmdline()[1:5])}"] = int(line.split()[1]) / 1024
        return peaks

    def _ask(self, query: str, variables: Mapping[str, object]) -> dict[str, Any]:
        address = f"http://127.0.0.1:{self.settings.ui_port}/graphql"
        answer = httpx.post(address, json={"query": query, "variables": variables}, timeout=60, trust_env=False).json()
        if answer.get("errors"):
            raise HjvError(f"Dagster's API refuses: {answer['errors'][0]['message']}")
        told: dict[str, Any] = answer["data"]
        return told


@contextmanager
def installed(settings: Settings, **chosen: object) -> Iterator[Installation]:
    """Run an installation in the data folder of `settings` for the context's time, on free ports, with what is chosen.

    A folder that holds cards serves them at once. Raises `HjvError` when it does not come up.
    """
    ports = {name: free_port() for name in Settings.model_fields if name.endswith("_port")}
    mine = settings.model_copy(update={**ports, **chosen})
    told = {name: value for name, value in environment(mine, "").items() if name.startswith("HJV_") and value}
    of_the_database = {name for name in told if name.endswith(("DATABASE_URL", "_BROKER", "_BACKEND"))}
    variables = {name: value for name, value in told.items() if name not in of_the_database}
    began = perf_counter()
    log = settings.home / "up.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        command = (sys.executable, "-m", "hjv_pipelines.cli", "up")
        process = subprocess.Popen(command, env=only_these(variables), stdout=out, stderr=out)  # noqa: S603
    try:
        ui_seconds = _wait_for_ui(process, mine, log, began)
        cards_seconds = _wait_for_cards(process, mine, log, began)
        yield Installation(mine, process, ui_seconds, cards_seconds)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def empty_folder(folder: Path, nation: Path) -> Path:
    """Make `folder` a data folder that holds the nation and its files, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(nation, folder / "sandbox")
    return folder


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def only_these(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with `variables` in place of all that it says of any installation."""
    ours = ("HJV_", "DAGSTER_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | dict(variables)


def _wait_for_ui(process: subprocess.Popen[bytes], settings: Settings, log: Path, began: float) -> float:
    for _ in _looks():
        if process.poll() is not None:
            break
        with suppress(httpx.HTTPError):
            address = f"http://127.0.0.1:{settings.ui_port}/server_info"
            if httpx.get(address, timeout=2, trust_env=False).is_success:
                return perf_counter() - began
    raise _failure(log, settings)


def _wait_for_cards(process: subprocess.Popen[bytes], settings: Settings, log: Path, began: float) -> float:
    with database(settings) as url:
        for _ in _looks(_SELDOM_SECONDS):
            if process.poll() is not None:
                break
            if first_cards(url).whole:
                return perf_counter() - began
    raise _failure(log, settings)


def _failure(log: Path, settings: Settings) -> HjvError:
    end = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
    return HjvError(f"The installation does not come up; see {log_of(settings.home, 'supervisord').parent}.\n{end}")


def _looks(every: float = _LOOK_SECONDS) -> Iterator[None]:
    """Give the occasions to look again, so many seconds apart, until patience ends."""
    began = perf_counter()
    while perf_counter() - began < _PATIENCE_SECONDS:
        yield
        sleep(every)


def _ran(run: Mapping[str, Any]) -> Ran:
    return Ran(float(run["endTime"]) - float(run["startTime"]), str(run["status"]))
