"""`python -m hjv_pipelines.processes.lifeline PID`: ends the programs when `hjv up`, of that process id, is gone.

It runs under supervisord and is needed only when somebody is killed: then nobody else is left who would stop
anything. Here: watching two processes, and ending what they leave. Not here: an orderly stop (`supervisor.py`).
"""

import os
import sys
from contextlib import suppress
from time import sleep

import psutil
from filelock import FileLock

from hjv_pipelines.settings import Settings

WATCH_SECONDS = 0.5
LOCK = "lifeline.lock"
"""Held as long as programs of the data folder may be running, whoever started them."""

_END_SECONDS = 15


def watch(up: int) -> None:
    """Return when `hjv up` or supervisord is gone and what they left has ended, or is about to."""
    supervisor = psutil.Process(os.getppid())
    family: list[psutil.Process] = []
    try:
        starter = psutil.Process(up)
        while _lives(starter) and _lives(supervisor):
            family = supervisor.children(recursive=True)
            sleep(WATCH_SECONDS)
    except psutil.NoSuchProcess:
        """One of them was gone before it could be looked at."""
    if _lives(supervisor):
        # It stops everything in order, us among the last.
        supervisor.terminate()
        supervisor.wait()
    else:
        _end([process for process in family if process.pid != os.getpid()])


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _end(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, remaining = psutil.wait_procs(processes, timeout=_END_SECONDS)
    for process in remaining:
        with suppress(psutil.NoSuchProcess):
            process.kill()


if __name__ == "__main__":
    with FileLock(Settings().home / "run" / LOCK):
        watch(int(sys.argv[1]))
