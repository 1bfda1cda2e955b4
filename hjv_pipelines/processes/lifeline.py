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

MARK = "SUPERVISOR_SERVER_URL"
"""supervisord tells its children its address, which is different for each data folder."""

_END_SECONDS = 15


def watch(up: int) -> None:
    """Return when `hjv up` or supervisord is gone and what they left has ended, or is about to."""
    starter, supervisor = _process(up), _supervisor()
    while _lives(starter) and _lives(supervisor):
        sleep(WATCH_SECONDS)
    if supervisor and _lives(supervisor):
        # It stops everything in order, us among the last.
        supervisor.terminate()
        supervisor.wait()
    else:
        _end(_siblings())


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def _supervisor() -> psutil.Process | None:
    """Return the supervisord that started us; once it is gone our parent is another process."""
    parent = psutil.Process(os.getppid())
    return parent if "supervisor.supervisord" in parent.cmdline() else None


def _lives(process: psutil.Process | None) -> bool:
    try:
        return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _siblings() -> list[psutil.Process]:
    """Return what else was started by our supervisord, with all children: it marks their environment."""
    return [process for process in psutil.process_iter() if process.pid != os.getpid() and _is_marked(process)]


def _is_marked(process: psutil.Process) -> bool:
    try:
        return process.environ().get(MARK) == os.environ[MARK]
    except psutil.Error:
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
