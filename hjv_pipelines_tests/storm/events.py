"""What can happen in a storm: changes, imports, notifications, and every kind of fault around them.

An event that is a fault says its kind, so that those survived can be counted. Here: the events, and how often each
comes. Not here: what must hold after each (`consumer.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from hjv_pipelines.failures import HjvError
from hjv_pipelines.sandbox.faults import Fault, Faults, Kind, Service
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.inbox.arrivals import Notification, accept
from hjv_pipelines_tests.storm.consumer import Consumer
from hjv_pipelines_tests.storm.installation import RUN, Died, Installation
from hjv_pipelines_tests.storm.world import REGIONS, SOURCES, World

ALL = Scope(regions=REGIONS)
SERVICES: Mapping[str, tuple[Service, ...]] = {
    "hsa": ("hsa_file", "hsa_unit"),
    "eservices": ("eservices",),
    "kka": ("kka",),
}
OUTAGES: tuple[Kind, ...] = ("truncated", "empty", "500", "fault", "reset", "forbidden", "slow")
LIES: Mapping[str, tuple[Kind, ...]] = {
    "hsa": ("half", "nothing", "late"),
    "eservices": ("half", "nothing"),
    "kka": ("half", "nothing"),
}
"""Whole and well-formed answers that are not true. Of a single unit a lie cannot be told from a change."""
TOLD_AT_ONCE = 0.6
"""How often a change is notified."""
CROSSED = 0.4
"""How often the whole is imported just then: HSA's file is older than the notification (trap 1)."""


@dataclass
class Storm:
    """All that an event may touch. `survived` gets the kinds of the faults that came."""

    rng: Random
    world: World
    faults: Faults
    installation: Installation
    consumer: Consumer
    survived: list[str] = field(default_factory=list)
    told: list[Notification] = field(default_factory=list)

    def happen(self) -> None:
        """Let some time pass and one thing happen."""
        self.world.passes(timedelta(minutes=self.rng.choice((1, 5, 20, 90))))
        (event,) = self.rng.choices([*EVENTS], [*EVENTS.values()])
        event(self)

    def attempt(self, act: Callable[[], None]) -> None:
        """Do something that may fail, in words or by dying."""
        try:
            act()
        except (HjvError, Died):
            pass
        finally:
            self.installation.lives = None

    def some(self, units: list[str], most: int = 3) -> tuple[str, ...]:
        """Return one of the units or a few."""
        return tuple(sorted(self.rng.sample(units, min(len(units), self.rng.randint(1, most)))))

    def import_and_publish(self, source: str, scope: Scope) -> None:
        """Do what a run does."""
        self.installation.pipeline.import_source(source, scope, RUN)
        self.installation.pipeline.publish(scope, RUN)

    def work(self) -> Callable[[], None]:
        """Return an import or a refresh, of any source."""
        source, region = self.rng.choice(SOURCES), self.rng.choice(REGIONS)
        scope = self.rng.choice((ALL, ALL, Scope(regions=(region,)), Scope(hsa_ids=self.some(self.world.units))))
        return lambda: self.import_and_publish(source, scope)


def a_source_changes(storm: Storm) -> None:
    """Let a source say something else of a few units, tell of it perhaps, and an import of all cross that."""
    world, source = storm.world, storm.rng.choice(SOURCES)
    units = storm.some(world.here)
    for hsa_id in units:
        {"hsa": world.rename, "eservices": world.offer, "kka": world.publish}[source](hsa_id)
    if storm.rng.random() < TOLD_AT_ONCE:
        world.passes(timedelta(minutes=1))
        _notified(storm, source, units)
    if storm.rng.random() < CROSSED:
        world.passes(timedelta(minutes=1))
        storm.attempt(lambda: storm.import_and_publish(source, ALL))


def a_unit_goes(storm: Storm) -> None:
    """Let a unit lose its mark, or take it out of HSA."""
    if storm.world.free_to_go:
        leave = storm.rng.choice((storm.world.hide, storm.world.remove))
        leave(storm.rng.choice(storm.world.free_to_go))


def a_unit_comes_back(storm: Storm) -> None:
    """Let a unit that was away have a card again."""
    if storm.world.away:
        storm.world.bring_back(storm.rng.choice(sorted(storm.world.away)))


def an_import(storm: Storm) -> None:
    """Import any scope, with whatever faults stand."""
    storm.attempt(storm.work())


def a_notification(storm: Storm) -> None:
    """Let a source tell of units, of changed ones or not, and drain the inbox."""
    _notified(storm, storm.rng.choice(SOURCES), storm.some(storm.world.units))


def _notified(storm: Storm, source: str, units: tuple[str, ...]) -> None:
    told = Notification(source, f"n-{len(storm.told)}", units, storm.world.now)
    storm.told.append(told)
    storm.attempt(lambda: _receive(storm, told))


def an_old_notification(storm: Storm) -> None:
    """Deliver a notification again, late and out of order."""
    if storm.told:
        storm.survived.append("a notification again, late")
        storm.attempt(lambda: _receive(storm, storm.rng.choice(storm.told)))


def _receive(storm: Storm, told: Notification) -> None:
    with connect(storm.installation.database_url) as connection:
        accept(connection, told, storm.world.now, storm.world.now)
    storm.installation.drain(told.source, storm.rng)


def an_outage(storm: Storm) -> None:
    """Let a service fail for a while, and ask it all the same."""
    source = storm.rng.choice(SOURCES)
    service, kind = storm.rng.choice(SERVICES[source]), storm.rng.choice(OUTAGES)
    storm.survived.append(f"{kind}, of {service}")
    storm.faults.set(service, Fault(kind, remaining=storm.rng.randint(1, 3)))
    scope = Scope(hsa_ids=storm.some(storm.world.units)) if service == "hsa_unit" else ALL
    storm.attempt(lambda: storm.import_and_publish(source, scope))


def a_lie(storm: Storm) -> None:
    """Let a source answer with half of its units, with none, or with yesterday's file, as if that were all."""
    source = storm.rng.choice(SOURCES)
    service, kind = SERVICES[source][0], storm.rng.choice(LIES[source])
    storm.survived.append(f"{kind}, of {service}")
    storm.faults.mend()
    storm.faults.set(service, Fault(kind, remaining=1))
    storm.attempt(lambda: storm.import_and_publish(source, ALL))
    storm.faults.mend()


def mended(storm: Storm) -> None:
    """Whatever failed works again."""
    storm.faults.mend()
    storm.installation.disk.is_full = False
    storm.installation.skew = timedelta()


def connections_are_cut(storm: Storm) -> None:
    """Let the database drop everybody in the middle of the work, again and again."""
    storm.survived.append("connections cut")
    with storm.installation.connections_cut(storm.rng.uniform(0.005, 0.08)):
        storm.attempt(storm.work())


def the_process_dies(storm: Storm) -> None:
    """End the work at any of the moments at which it looks at the clock, in transactions and between them."""
    storm.survived.append("died at work")
    storm.installation.lives = storm.rng.randint(0, 8)
    storm.attempt(storm.work())


def the_drainer_dies(storm: Storm) -> None:
    """End it while the inbox is drained: its batch is another's to take over."""
    storm.survived.append("died draining")
    told = Notification("hsa", f"n-{len(storm.told)}", storm.some(storm.world.units), storm.world.now)
    storm.told.append(told)
    with connect(storm.installation.database_url) as connection:
        accept(connection, told, storm.world.now, storm.world.now)
    storm.installation.lives = storm.rng.randint(0, 12)
    storm.attempt(lambda: storm.installation.drain("hsa", storm.rng) and None)


def two_at_once(storm: Storm) -> None:
    """Import and publish the same twice, side by side."""
    storm.survived.append("two at once")
    work = storm.work()
    storm.attempt(lambda: storm.installation.twice(work))


def the_disk_is_full(storm: Storm) -> None:
    """No raw input can be kept, until somebody makes room."""
    storm.survived.append("disk full")
    storm.installation.disk.is_full = True
    storm.attempt(storm.work())


def the_clock_jumps(storm: Storm) -> None:
    """Our clock is wrong, until somebody puts it right."""
    storm.survived.append("clock jump")
    hours = storm.rng.choice((-30, -3, -0.2, 0.2, 3, 30))
    storm.installation.skew = timedelta(hours=hours)
    storm.consumer.clocks_were_right = False
    storm.attempt(storm.work())


EVENTS: Mapping[Callable[[Storm], None], int] = {
    a_source_changes: 8,
    a_unit_goes: 2,
    a_unit_comes_back: 2,
    an_import: 7,
    a_notification: 4,
    an_old_notification: 2,
    an_outage: 4,
    a_lie: 4,
    mended: 2,
    connections_are_cut: 3,
    the_process_dies: 3,
    the_drainer_dies: 2,
    two_at_once: 2,
    the_disk_is_full: 1,
    the_clock_jumps: 1,
}
"""Every event, and how often it comes beside the others."""
