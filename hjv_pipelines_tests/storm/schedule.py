"""One schedule of the storm: a quiet beginning, ten to thirty events, and a recovery after which all is well.

Here: that order, and what must hold at its end. Not here: the events (`events.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

import psycopg
import stamina
from starlette.types import ASGIApp, Receive, Scope, Send

from hjv_pipelines.sandbox import wire
from hjv_pipelines.sandbox.faults import Faults
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines_tests.nation import settings_asking
from hjv_pipelines_tests.storm.consumer import Consumer
from hjv_pipelines_tests.storm.events import ALL, RUN, Storm
from hjv_pipelines_tests.storm.installation import Installation
from hjv_pipelines_tests.storm.world import SOURCES, World

FEWEST, MOST = 10, 30
"""Events of a schedule."""

RECOVERY = timedelta(days=3)
"""Beyond every clock jump, and the next file of HSA that holds all changes."""

ROUNDS, BETWEEN_ROUNDS = 3, timedelta(hours=2)

UNANSWERED = (
    "SELECT source, hsa_id, state, next_try_at, last_error FROM hjv.hints WHERE state IN ('waiting', 'reading')"
)


@dataclass
class Stage:
    """One sandbox server for all schedules, behind which each sets up its own nation."""

    address: str = ""
    app: ASGIApp | None = field(default=None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the nation that is on answer."""
        assert self.app is not None
        await self.app(scope, receive, send)


@contextmanager
def stage() -> Iterator[Stage]:
    """Serve, with a second tried again at once and slow answers that take milliseconds."""
    opened = Stage()
    with (
        patch.object(wire, "DRIP_SECONDS", 0.002),
        stamina.set_testing(True, attempts=2),
        running(opened) as opened.address,
    ):
        yield opened


def weather(seed: int, stage: Stage, database_url: str, folder: Path) -> list[str]:
    """Go through the schedule of `seed` and return the kinds of all faults survived.

    Raises `AssertionError` at the first card that is wrong, and at the end where one is missing.
    """
    rng = Random(seed)
    world, faults = World.begin(folder), Faults(folder)
    stage.app = create_app(world.archive, folder, now=world.clock)
    settings = settings_asking(stage.address, folder)
    installation = Installation(world, settings, database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        consumer = Consumer(connection, world)
        storm = Storm(rng, world, faults, installation, consumer)
        _import_everything(storm)
        _all_is_well(storm)
        for _ in range(rng.randint(FEWEST, MOST)):
            storm.happen()
            consumer.look()
        _recover(storm)
        consumer.look()
        _all_is_well(storm)
    return storm.survived


def _recover(storm: Storm) -> None:
    storm.faults.mend()
    storm.installation.disk.is_full = False
    storm.installation.skew = timedelta()
    storm.world.passes(RECOVERY)
    # Who takes over a dead drainer's units waits a while before reading them.
    for _ in range(ROUNDS):
        for source in SOURCES:
            storm.installation.drain(source, storm.rng)
        storm.world.passes(BETWEEN_ROUNDS)
    _import_everything(storm)


def _import_everything(storm: Storm) -> None:
    for source in SOURCES:
        done = storm.installation.pipeline.import_source(source, ALL, RUN)
        assert not done.failures, [str(failed.error) for failed in done.failures]
    storm.installation.pipeline.publish(ALL, RUN)


def _all_is_well(storm: Storm) -> None:
    """Every unit that should have a card has one, with the last word of every source; and nobody else."""
    storm.consumer.look()
    world = storm.world
    expected = {hsa_id: {source: world.history[source, hsa_id][-1] for source in SOURCES} for hsa_id in world.here}
    assert {hsa_id: storm.consumer.shown(hsa_id) for hsa_id in storm.consumer.cards} == expected
    assert storm.consumer.connection.execute(UNANSWERED).fetchall() == []
