"""supervisord over our programs: its configuration, its start and stop, and what it knows of them.

Here: everything that speaks with supervisord. Not here: which programs there are (`programs.py`).
See http://supervisord.org/configuration.html
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from configparser import RawConfigParser
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import join
from time import sleep
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from hjv_pipelines.failures import HjvError
from hjv_pipelines.processes.programs import Program

FATAL = "FATAL"
"""What supervisord calls a program that ended at every attempt, and that it starts no more."""
RUNNING = "RUNNING"

_LONGEST_SOCKET_PATH = 100
_START_SECONDS = 20
_STOP_SECONDS = 60
_ATTEMPTS = 10
_ROTATION = {"stdout_logfile_maxbytes": "10MB", "stdout_logfile_backups": "5"}


@dataclass(frozen=True, slots=True)
class Supervisor:
    """A running supervisord, asked over its socket; `folder` is the data folder of what it runs."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def lives(self) -> bool:
        """Return whether it still runs."""
        return self.process.poll() is None

    def start(self, program: Program) -> None:
        """Start a program that was held back, unless it is started already."""
        with suppress(Fault):
            self._ask().startProcess(f"programs:{program.name}", False)  # noqa: FBT003  an XML-RPC position

    def states(self) -> dict[str, str]:
        """Return the state of each program by its name, such as STARTING, RUNNING, BACKOFF or FATAL."""
        return {told["name"]: told["statename"] for told in self._ask().getAllProcessInfo()}

    def log_of(self, name: str) -> Path:
        """Return the file that holds what a program prints."""
        return log_of(self.folder, name)

    def _ask(self) -> Any:  # noqa: ANN401  an XML-RPC name space
        address = f"unix://{_socket(self.folder)}"
        return ServerProxy("http://localhost", SupervisorTransport(None, None, address)).supervisor


@contextmanager
def supervised(
    folder: Path, programs: tuple[Program, ...], foundation: tuple[Program, ...], environment: Mapping[str, str]
) -> Iterator[Supervisor]:
    """Have `programs` run while the context lasts, with `environment`; `foundation` is stopped after all others.

    Programs that wait for another are held back until `Supervisor.start`. Raises `HjvError` when supervisord does
    not start.
    """
    path = write_configuration(folder, programs, foundation)
    process = subprocess.Popen(  # noqa: S603
        (sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "--configuration", str(path)),
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A session of its own: Ctrl-C and a closed terminal are for us to act on, in our order.
        start_new_session=True,
    )
    supervisor = Supervisor(process, folder)
    try:
        _wait_for_answer(supervisor)
        yield supervisor
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def write_configuration(folder: Path, programs: tuple[Program, ...], foundation: tuple[Program, ...]) -> Path:
    """Write supervisord's configuration into the data folder, readable for its owner only, and return its path."""
    path = folder / "run" / "supervisord.conf"
    for place in (path.parent, folder / "logs"):
        place.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8") as file:
        _configuration(folder, programs, foundation).write(file)
    return path


def log_of(folder: Path, name: str) -> Path:
    """Return the file in the data folder that holds what a program prints."""
    return folder / "logs" / f"{name}.log"


def _configuration(folder: Path, programs: tuple[Program, ...], foundation: tuple[Program, ...]) -> RawConfigParser:
    sections: dict[str, dict[str, str]] = {
        "supervisord": {
            "logfile": str(log_of(folder, "supervisord")),
            "logfile_maxbytes": "10MB",
            "pidfile": str(folder / "run" / "supervisord.pid"),
            "silent": "true",
            "strip_ansi": "true",
        },
        "unix_http_server": {"file": str(_socket(folder)), "chmod": "0600"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
        # A group is stopped as one; groups one after the other, the highest priority first.
        "group:foundation": {"programs": ",".join(program.name for program in foundation), "priority": "1"},
        "group:programs": {"programs": ",".join(program.name for program in programs), "priority": "2"},
    }
    for program in (*foundation, *programs):
        sections[f"program:{program.name}"] = _section(folder, program)
    parser = RawConfigParser()
    parser.read_dict(
        {
            title: {key: value.replace("%", "%%") for key, value in section.items()}
            for title, section in sections.items()
        }
    )
    return parser


def _section(folder: Path, program: Program) -> dict[str, str]:
    return {
        "command": join(program.command),
        "autostart": str(program.after is None).lower(),
        "autorestart": "true",
        # Between two attempts supervisord waits one second longer than before.
        "startretries": str(_ATTEMPTS),
        "stopsignal": program.stop_signal,
        "stopwaitsecs": str(program.stop_seconds),
        "stopasgroup": str(not program.stops_its_children).lower(),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": str(log_of(folder, program.name)),
        **_ROTATION,
    }


def _socket(folder: Path) -> Path:
    """Return the socket's path, elsewhere when the data folder's is too long for a socket."""
    path = folder / "run" / "supervisor.sock"
    if len(str(path)) <= _LONGEST_SOCKET_PATH:
        return path
    return Path(tempfile.gettempdir()) / f"hjv-{hashlib.sha256(str(path).encode()).hexdigest()[:16]}.sock"


def _wait_for_answer(supervisor: Supervisor) -> None:
    for _ in range(_START_SECONDS * 20):
        if not supervisor.lives:
            break
        with suppress(OSError):
            supervisor.states()
            return
        sleep(0.05)
    raise HjvError(f"The process supervisor does not start; see {supervisor.log_of('supervisord')}.")
