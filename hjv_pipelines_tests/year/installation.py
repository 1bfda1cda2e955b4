"""An installation whose clock is turned by hand: the real pipeline, inbox, guard, alerts and retention over PostgreSQL.

The sources answer over real HTTP. Nothing here reads the machine's clock. Here: what an installation does when it is
told what time it is. Not here: what happens in the nation (`nation.py`), and Dagster's tables (`runs_and_ticks.py`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

from hjv_pipelines.alerts.cause import KINDS
from hjv_pipelines.alerts.channels import log
from hjv_pipelines.alerts.outbox import send_due
from hjv_pipelines.alerts.places import Places
from hjv_pipelines.alerts.standing import standing_causes
from hjv_pipelines.alerts.telling import tell
from hjv_pipelines.cards.register import make_register
from hjv_pipelines.cards.visibility import policy_of
from hjv_pipelines.flow import Pipeline, guard_of
from hjv_pipelines.forgetting.forget import forget
from hjv_pipelines.guarding.decision import allow_and_publish
from hjv_pipelines.guarding.revert import revert_run
from hjv_pipelines.notifications.drain import Patience, drain
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.faults import Faults
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import REGISTRATIONS, missing_addresses
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.guard.holds import holds
from hjv_pipelines.store.guard.release import reject
from hjv_pipelines.store.guard.standing import release, standing
from hjv_pipelines.store.inbox.arrivals import Notification, accept
from hjv_pipelines.store.inbox.clock import add_clock_hints
from hjv_pipelines.store.inbox.hint import CARDS
from hjv_pipelines.store.inbox.selection import Selection, replay
from hjv_pipelines.store.ledger import Run
from hjv_pipelines.store.raw.retention import keeping_of
from hjv_pipelines.store.revert import Revert
from hjv_pipelines.timetable import TIMETABLE
from hjv_pipelines_tests.nation import RUN, settings_asking

AT_ONCE = Patience(timedelta(), timedelta())
PLACES = Places("http://127.0.0.1:3000", lambda source: source)
DUTY = "duty"


@dataclass
class Installation:
    """One installation at the moment `now` (aware); `archive` is what the sources know, `faults` breaks them.

    `last` is the run of the last import of the nation.
    """

    archive: Archive
    faults: Faults
    database_url: str
    now: datetime
    last: Run = RUN
    settings: Settings = field(default_factory=Settings)
    rng: Random = field(default_factory=lambda: Random(1177))
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline that the settings describe, by this clock."""
        off = missing_addresses(self.settings)
        sources = {
            row.source: REGISTRATIONS[row.source].build(self.settings, clock=self.clock)  # type: ignore[call-arg]
            for row in TIMETABLE
            if row.source not in off
        }
        policy, guard = policy_of(self.settings), guard_of(self.settings)
        return Pipeline(self.database_url, sources, policy, self.clock, guard, keeping_of(self.settings))

    def clock(self) -> datetime:
        """Return the moment."""
        return self.now

    def run(self, trigger: str) -> Run:
        """Return a run of its own."""
        return Run(f"{trigger}-{next(self._numbers)}", trigger)

    def import_together(self, sources: Sequence[str]) -> None:
        """Import the nation from sources that are due now, and publish, as their one run does."""
        self.last, pipeline = self.run("schedule"), self.pipeline
        for source in sources:
            pipeline.import_source(source, Scope.nation(), self.last)
        pipeline.publish(Scope.nation(), self.last)

    def register(self) -> None:
        """Make the units' register for KKA."""
        with connect(self.database_url) as connection:
            make_register(connection, REGION_KEYS, self.run("schedule"), self.clock)

    def notify(self, source: str, hsa_ids: Sequence[str]) -> None:
        """Take a notification, and read and publish what waits of its source."""
        told = Notification(source, f"year-{next(self._numbers)}", tuple(hsa_ids), self.now)
        with connect(self.database_url) as connection:
            accept(connection, told, self.now, self.now)
        self.drain(source)

    def drain(self, source: str) -> None:
        """Read and publish what waits of a source."""
        run = self.run("notification")
        for _ in drain(self.pipeline, self.database_url, source, run, AT_ONCE, clock=self.clock, rng=self.rng):
            pass

    def strike(self) -> None:
        """Let the clock change the cards whose moment has come."""
        with connect(self.database_url) as connection:
            if add_clock_hints(connection, self.now):
                self.drain(CARDS)

    def look(self) -> None:
        """Look what is wrong by the store's word, and tell it to the log."""
        pipeline = self.pipeline
        regions = {source: pipeline.regions_of(source) for source in pipeline.source_names}
        with connect(self.database_url) as connection:
            causes = list(standing_causes(connection, TIMETABLE, regions, self.now, PLACES))
            tell(connection, causes, KINDS, ["log"], self.now)
            send_due(connection, {"log": log}, self.now)

    def decide(self, *, allowed: bool) -> int:
        """Decide every hold as an operator does; return how many there were."""
        with connect(self.database_url) as connection:
            waiting = holds(connection)
            for hold in waiting:
                if allowed:
                    run = self.run("manual")
                    allow_and_publish(connection, self.pipeline, hold.hold_id, DUTY, "so it is", run, self.clock)
                else:
                    reject(connection, hold.hold_id, DUTY, "a broken export", self.now)
        return len(waiting)

    def revert(self) -> None:
        """Put back what the last import of the nation changed."""
        told = Revert(self.last.run_id, DUTY, "a broken export")
        revert_run(self.pipeline, self.database_url, told, self.run("manual"), lambda: self.now)

    def release(self) -> None:
        """Let go of what stands held since a revert."""
        with connect(self.database_url) as connection:
            for one in standing(connection):
                release(connection, one.source, one.region, DUTY, "mended", self.now)

    def replay(self) -> None:
        """Let what was set aside be read again."""
        with connect(self.database_url) as connection:
            replay(connection, Selection(states=("set_aside",)), self.now)

    def forget(self) -> None:
        """Forget what is old, as each night."""
        with connect(self.database_url) as connection:
            forget(connection, self.settings, self.now)


@contextmanager
def installed(folder: Path, database_url: str, begins: datetime) -> Iterator[Installation]:
    """Give an installation over a new small nation, at the moment `begins`."""
    create_nation(folder / "sandbox", "small", now=begins)
    archive = open_nation(folder / "sandbox")
    installation = Installation(archive, Faults(folder / "sandbox"), database_url, begins)
    with running(create_app(archive, folder / "sandbox", now=installation.clock)) as address:
        installation.settings = settings_asking(address, folder)
        yield installation
