"""One `hjv up` for a data folder: whoever comes second is told who is there.

Here: the lock, and what the first one writes about itself. Not here: ports (`ports.py`).
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import AwareDatetime, BaseModel

from hjv_pipelines.failures import HjvError
from hjv_pipelines.processes.lifeline import LOCK
from hjv_pipelines.timetable import STOCKHOLM

_ENDING_SECONDS = 60


class Running(BaseModel):
    """What a running `hjv up` says of itself: `addresses` by what answers there."""

    pid: int
    since: AwareDatetime
    addresses: dict[str, str]

    def __str__(self) -> str:
        places = "".join(f"\n  {title}: {url}" for title, url in self.addresses.items())
        return f"since {self.since.astimezone(STOCKHOLM):%Y-%m-%d %H:%M:%S} (process {self.pid}).{places}"


@contextmanager
def alone(home: Path, addresses: Mapping[str, str]) -> Iterator[None]:
    """Be the only one with the data folder `home` while the context lasts.

    Programs of a start that was killed are waited for: they are ending. Raises `HjvError` when another runs.
    """
    (home / "run").mkdir(parents=True, exist_ok=True)
    told = home / "run" / "up.json"
    try:
        with FileLock(home / "up.lock", timeout=0):
            _wait_for_the_ending(home)
            me = Running(pid=os.getpid(), since=datetime.now(UTC), addresses=dict(addresses))
            told.write_text(me.model_dump_json(indent=2), encoding="utf-8")
            try:
                yield
            finally:
                told.unlink(missing_ok=True)
    except Timeout as error:
        raise HjvError(f"hjv is already running in {home}{_about(told)}") from error


def _wait_for_the_ending(home: Path) -> None:
    try:
        with FileLock(home / "run" / LOCK, timeout=_ENDING_SECONDS):
            return
    except Timeout as error:
        raise HjvError(f"Programs of an earlier start still run in {home}; see {home / 'logs'}.") from error


def _about(told: Path) -> str:
    try:
        return f" {Running.model_validate_json(told.read_bytes())}"
    except (OSError, ValueError):
        return "."
