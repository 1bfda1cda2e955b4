"""The programs of an installation: their commands, where they answer, how they stop.

Here: what runs. Not here: who runs it (`supervisor.py`) and what it is told (`environment.py`).
"""

import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.queues import IMPORTS, NOTIFICATIONS
from hjv_pipelines.settings import Settings

DEFINITIONS = "hjv_pipelines.definitions"
PROJECT = Path(__file__).parents[2]
"""Where dagster.yaml and workspace.yaml stand."""

CODE_SERVER = "code-server"
UI = "ui"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a program answers: `url` (http:// or tcp://) does so once it is ready; `setting` chooses its port."""

    url: str
    setting: str

    @property
    def host(self) -> str:
        """Return the host that it listens on."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """Return the port that it listens on."""
        return urlsplit(self.url).port or 0


@dataclass(frozen=True, slots=True)
class Program:
    """One process: `title` is its name for people, `after` the program that must be ready before it starts.

    It and its children are told to stop by `stop_signal`, it alone when it `stops_its_children` itself; what has
    not ended `stop_seconds` later is killed.
    """

    name: str
    title: str
    command: tuple[str, ...]
    address: Address | None = None
    after: str | None = None
    stop_signal: str = "TERM"
    stop_seconds: int = 15
    stops_its_children: bool = False


def programs(settings: Settings) -> tuple[Program, ...]:
    """Return what an installation with these settings runs, in the order in which people hear of it."""
    return (_delivery(settings), _receiver(settings), _code_server(settings), _ui(settings), _daemon(), *_workers())


def foundation(settings: Settings) -> tuple[Program, ...]:
    """Return what the programs stand on: it stops after them, so that no run sees it gone."""
    lifeline = Program("lifeline", "Lifeline", _module("lifeline", str(os.getpid())))
    database = Program("database", "Database keeper", _module("database_keeper"))
    return (
        lifeline,
        *((database,) if settings.database_url is None else ()),
        *((_sandbox(settings),) if settings.sources == "sandbox" else ()),
    )


def _code_server(settings: Settings) -> Program:
    # On loopback wherever the others listen: whoever reaches this port can run code.
    port = str(settings.code_server_port)
    return Program(
        CODE_SERVER,
        "Code server",
        (_script("dagster"), "api", "grpc", "--host", "127.0.0.1", "--port", port, "--module-name", DEFINITIONS),
        Address(f"tcp://127.0.0.1:{port}", "code_server_port"),
    )


def _ui(settings: Settings) -> Program:
    port = str(settings.ui_port)
    return Program(
        UI,
        "Dagster's UI",
        (_script("dagster-webserver"), "--host", settings.host, "--port", port, "--workspace", _workspace()),
        _http(settings, "ui_port", "/server_info"),
        after=CODE_SERVER,
    )


def _daemon() -> Program:
    # A daemon that starts before the code server answers looks for it again only after a minute.
    return Program(
        "daemon",
        "Dagster's daemon",
        (_script("dagster-daemon"), "run", "--workspace", _workspace()),
        after=CODE_SERVER,
    )


def _workers() -> tuple[Program, ...]:
    return (
        _worker(IMPORTS, "Workers for imports", concurrency=2),
        # One for each source that notifies and one for the clock: they drain the inbox side by side.
        _worker(NOTIFICATIONS, "Workers for notifications", concurrency=4),
    )


def _worker(queue: str, title: str, *, concurrency: int) -> Program:
    # It starts after the UI, which people wait for. QUIT is Celery's stop with a limit; TERM would wait for a
    # national import to end.
    return Program(
        f"worker-{queue}",
        title,
        (
            *(_script("celery"), "--quiet", "--app", "hjv_pipelines.orchestration.worker", "worker"),
            *("--queues", queue, "--hostname", f"{queue}@%h", "--concurrency", str(concurrency)),
            *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"),
        ),
        after=UI,
        stop_signal="QUIT",
        stops_its_children=True,
    )


def _delivery(settings: Settings) -> Program:
    return _server(settings, "delivery", "Delivery", "hjv_pipelines.delivery.app:create_app")


def _receiver(settings: Settings) -> Program:
    return _server(settings, "receiver", "Receiver", "hjv_pipelines.notifications.receiver:create_app")


def _server(settings: Settings, name: str, title: str, application: str) -> Program:
    setting = f"{name}_port"
    listening = ("--host", settings.host, "--port", str(getattr(settings, setting)))
    stopping = ("--timeout-graceful-shutdown", "5")
    return Program(
        name,
        title,
        (_script("uvicorn"), "--factory", application, *listening, "--no-access-log", *stopping),
        _http(settings, setting, "/readyz"),
    )


def _sandbox(settings: Settings) -> Program:
    return Program(
        "sandbox",
        "Sandbox",
        (sys.executable, "-m", "hjv_pipelines.cli", "sandbox", "serve"),
        _http(settings, "sandbox_port", "/healthz"),
    )


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"hjv_pipelines.processes.{name}", *arguments)


def _http(settings: Settings, setting: str, path: str) -> Address:
    return Address(f"http://{settings.host}:{getattr(settings, setting)}{path}", setting)


def _script(name: str) -> str:
    return str(Path(sysconfig.get_path("scripts")) / name)


def _workspace() -> str:
    return str(project_file("workspace.yaml"))


def project_file(name: str) -> Path:
    """Return a file that stands at the top of the project. Raises `PermanentError` when it is not there."""
    path = PROJECT / name
    if not path.is_file():
        raise PermanentError(f"{name} is missing at {PROJECT}: run hjv from a checkout, installed with `make install`.")
    return path
