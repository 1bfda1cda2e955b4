"""An installation in the storm: the real pipeline over a real database, asking the sandbox over real HTTP.

Here: what of it can fail on purpose: its clock, its disk, its connections, its life. Not here: when (`events.py`).
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from threading import Event, Thread

import psycopg

from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.notifications.drain import Drained, Patience, drain
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.store.guard.guard import guard_with
from hjv_pipelines.store.guard.thresholds import thresholds_of
from hjv_pipelines.store.ledger import Run
from hjv_pipelines.store.raw.files import PartWriter, RawFiles
from hjv_pipelines.store.raw.retention import RawKeeping
from hjv_pipelines_tests.storm.world import SOURCES, World

RUN = Run("storm", "manual")
AT_ONCE = Patience(timedelta(), timedelta())

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'hjv'
"""


class Died(BaseException):
    """The end of a process: nothing of its own catches it."""


class Disk(RawFiles):
    """Where raw inputs are kept; it can be full."""

    is_full = False

    def begin(self) -> PartWriter:
        """Begin a file, or fail as a full disk does."""
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().begin()


@dataclass
class Installation:
    """The pipeline and its clock, which is wrong by `skew` and dies when it was read so many times (`lives`)."""

    world: World
    settings: Settings
    database_url: str
    skew: timedelta = timedelta()
    lives: int | None = None
    disk: Disk = field(init=False)
    pipeline: Pipeline = field(init=False)

    def __post_init__(self) -> None:
        """Put it together."""
        self.disk = Disk(self.settings.data_dir / "raw")
        self.pipeline = Pipeline(
            self.database_url,
            {name: REGISTRATIONS[name].build(self.settings, clock=self.clock) for name in SOURCES},
            Policy(),
            self.clock,
            guard_with(thresholds_of(self.settings)),
            RawKeeping(self.disk, timedelta(days=30), 1 << 30),
        )

    def clock(self) -> datetime:
        """Return what our clock shows."""
        if self.lives is not None:
            self.lives -= 1
            if self.lives < 0:
                raise Died
        return self.world.now + self.skew

    def drain(self, source: str, rng: Random) -> list[Drained]:
        """Read and publish what the inbox of a source holds."""
        return [*drain(self.pipeline, self.database_url, source, RUN, AT_ONCE, clock=self.clock, rng=rng)]

    @contextmanager
    def connections_cut(self, after: float) -> Iterator[None]:
        """Cut all connections to the database, `after` so many seconds and again and again, while the block lasts."""
        over = Event()

        def cut() -> None:
            with psycopg.connect(self.database_url, autocommit=True) as administrator:
                while not over.wait(after):
                    administrator.execute(CUT)

        cutter = Thread(target=cut)
        cutter.start()
        try:
            yield
        finally:
            over.set()
            cutter.join()

    def twice(self, act: Callable[[], None]) -> None:
        """Do something in two threads at the same time. Raises what either raises."""
        failed: list[BaseException] = []

        def one() -> None:
            try:
                act()
            except BaseException as error:  # noqa: BLE001 - told to the test's own thread
                failed.append(error)

        threads = [Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for error in failed:
            raise error
