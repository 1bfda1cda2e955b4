"""Promised: whoever of us is killed, nothing is left running for ever; not even the embedded database."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from hjv_pipelines.processes.lifeline import LOCK
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import database

SMALL_UP = """
import signal, sys, time
from pathlib import Path
from hjv_pipelines.processes.environment import environment
from hjv_pipelines.processes.programs import Program, foundation
from hjv_pipelines.processes.readiness import start_in_order
from hjv_pipelines.processes.interruption import until_interrupted
from hjv_pipelines.processes.supervisor import supervised
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import database

# As from a terminal, also when the tests themselves run under nohup.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
settings = Settings(sources="live")
sleeper = Program("sleeper", "Sleeper", (sys.executable, "-c", "import time; time.sleep(600)"))
beneath = foundation(settings)
with until_interrupted(), database(settings) as url:
    with supervised(settings.home, (sleeper,), beneath, environment(settings, url)) as supervisor:
        start_in_order(supervisor, (*beneath, sleeper), lambda ready, waiting: None)
        print("ready", flush=True)
        while supervisor.lives:
            time.sleep(0.2)
"""
"""What `hjv up` is made of, with one small program in the place of all."""

USER = """
import time
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import database

with database(Settings()):
    print("using", flush=True)
    time.sleep(600)
"""

ENDING_SECONDS = 60


class SmallUp:
    """A running small `up`: its process, and every process that came with it, the database's too."""

    def __init__(self, process: subprocess.Popen[str], home: Path) -> None:
        self.process = process
        self.home = home
        me = psutil.Process(process.pid)
        self.family = [*me.children(recursive=True), _postmaster(home)]

    def named(self, word: str) -> psutil.Process:
        """Return the one process of the family whose command line holds `word`."""
        (found,) = [process for process in self.family if any(word in part for part in process.cmdline())]
        return found

    def left(self) -> list[psutil.Process]:
        """Wait for everything to end, and return what did not."""
        return psutil.wait_procs(self.family, timeout=ENDING_SECONDS)[1]


@pytest.fixture
def small_up(home: Path) -> Iterator[Callable[[], SmallUp]]:
    """Give what starts the small `up` and waits until it serves; what a failing test leaves is killed."""
    started: list[subprocess.Popen[str]] = []

    def start() -> SmallUp:
        process = subprocess.Popen(
            (sys.executable, "-c", SMALL_UP),
            env={**os.environ, "HJV_DATA_DIR": str(home), "HJV_SOURCES": "live"},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return SmallUp(process, home)

    yield start
    for process in started:
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_stops_everything_in_order(small_up: Callable[[], SmallUp], number: signal.Signals) -> None:
    running = small_up()
    running.process.send_signal(number)
    assert running.process.wait(ENDING_SECONDS) == 0
    assert running.left() == []


def test_up_is_killed(small_up: Callable[[], SmallUp]) -> None:
    running = small_up()
    running.process.kill()
    running.process.wait()
    assert running.left() == []


def test_the_supervisor_is_killed(small_up: Callable[[], SmallUp]) -> None:
    running = small_up()
    running.named("supervisord").kill()
    assert running.process.wait(ENDING_SECONDS) == 0
    assert running.left() == []


def test_up_is_killed_and_the_next_one_waits_for_the_ending(small_up: Callable[[], SmallUp]) -> None:
    running = small_up()
    sleeper = running.named("sleep(600)")
    running.process.kill()
    with FileLock(running.home / "run" / LOCK, timeout=ENDING_SECONDS):
        assert not sleeper.is_running()
    running.process.wait()
    assert running.left() == []


def test_the_database_outlives_a_killed_user_and_stops_with_its_last(home: Path) -> None:
    user = subprocess.Popen(
        (sys.executable, "-c", USER),
        env={**os.environ, "HJV_DATA_DIR": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with user, database(Settings(data_dir=home)):
        assert user.stdout
        assert user.stdout.readline() == "using\n"
        user.kill()
        postmaster = _postmaster(home)
        user.wait()
        assert postmaster.is_running()
    assert psutil.wait_procs([postmaster], timeout=ENDING_SECONDS)[1] == []


def _postmaster(home: Path) -> psutil.Process:
    return psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))
