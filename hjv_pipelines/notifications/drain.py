"""Draining the inbox of one source: its hints are taken batch by batch, read, published and told of.

A drainer stays a while after the last hint, so that the next one is on its card within the time of a read, and not of
the start of a run. While one batch is published and told of, the next is read: a source's pace is what a storm waits
for, and nothing beside it. Here: that, for any source. Not here: the inbox (`store/inbox/`), the reading and publishing
(`flow.py`), and who starts a drainer (`orchestration/`).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import psycopg

from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.failures import HjvError
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.inbox.batches import Batch, begin, finish, hand_out
from hjv_pipelines.store.inbox.drainer import sole_drainer, take_over
from hjv_pipelines.store.inbox.hint import CARDS, Hint
from hjv_pipelines.store.inbox.shared_texts import hint_users_of_shared_texts
from hjv_pipelines.store.inbox.troubles import fail
from hjv_pipelines.store.inbox.waiting import wait_for_hints
from hjv_pipelines.store.ledger import Run

LEASE = timedelta(hours=1)
"""Far beyond the reading of any batch: a dead drainer's batches are taken over by the next, not awaited."""

UNITS_AT_ONCE = {"hsa": 50}
"""HSA is asked unit by unit, so that a large batch would keep its first cards waiting for its last unit."""

MOST_UNITS = 500
"""Units of a batch where the source answers about many at once."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a drainer stays: `linger` after the last hint, and `most` altogether."""

    linger: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class Read:
    """A batch whose units were read until `at`, and whose cards are to be published."""

    batch: Batch
    at: datetime


@dataclass(frozen=True, slots=True)
class Drained:
    """What became of one batch: the `hints` that are done with the `publications` of their cards, or an `error`."""

    batch: Batch
    hints: tuple[Hint, ...]
    publications: tuple[Publication, ...]
    error: HjvError | None


def drain(
    pipeline: Pipeline,
    database_url: str,
    source: str,
    run: Run,
    patience: Patience,
    *,
    clock: Callable[[], datetime],
    rng: Random,
) -> Iterator[Drained]:
    """Read and publish what the hints of `source` ask for, until none comes any more; nothing if another run does.

    A batch that fails is told of as well, and costs no other.
    """
    leaves_at = clock() + patience.most
    with (
        connect(database_url) as connection,
        connect(database_url) as publishing,
        sole_drainer(connection, source) as alone,
        ThreadPoolExecutor(2, "drainer") as aside,
    ):
        if not alone:
            return
        take_over(connection, source, clock(), rng)
        published: Future[Drained] | None = None
        while True:
            batch = _next_batch(connection, source, run, clock())
            reading = batch and aside.submit(_read, pipeline, connection, batch, run, clock, rng)
            if published is not None:
                yield published.result()
                published = None
            elif reading is None:
                stays = min(patience.linger, leaves_at - clock())
                if not (stays > timedelta() and _comes(connection, source, stays, clock)):
                    return
            match reading and reading.result():
                case Drained() as failed:
                    yield failed
                case Read() as read:
                    published = aside.submit(_publish, pipeline, publishing, read, run, clock, rng)


def _next_batch(connection: psycopg.Connection, source: str, run: Run, now: datetime) -> Batch | None:
    taken = hand_out(connection, source, UNITS_AT_ONCE.get(source, MOST_UNITS), now, LEASE)
    return taken and begin(connection, taken.batch_id, run.run_id, now, LEASE)


def _comes(connection: psycopg.Connection, source: str, stays: timedelta, clock: Callable[[], datetime]) -> bool:
    return wait_for_hints(connection, source, patience=stays, clock=clock)


def _read(
    pipeline: Pipeline,
    connection: psycopg.Connection,
    batch: Batch,
    run: Run,
    clock: Callable[[], datetime],
    rng: Random,
) -> Read | Drained:
    """Read the units of a batch again, or tell what their source failed with."""
    try:
        if batch.source != CARDS:
            changed = _import(pipeline, batch, run)
            if batch.source == "kka":
                hint_users_of_shared_texts(connection, changed, clock())
    except HjvError as error:
        return _failed(connection, batch, error, clock, rng)
    return Read(batch, clock())


def _publish(
    pipeline: Pipeline,
    connection: psycopg.Connection,
    read: Read,
    run: Run,
    clock: Callable[[], datetime],
    rng: Random,
) -> Drained:
    """Publish what was read, and let its hints be done."""
    try:
        publications = pipeline.publish(Scope(hsa_ids=read.batch.hsa_ids), run)
    except HjvError as error:
        return _failed(connection, read.batch, error, clock, rng)
    return Drained(read.batch, finish(connection, read.batch.batch_id, read.at, clock()), publications, None)


def _failed(
    connection: psycopg.Connection, batch: Batch, error: HjvError, clock: Callable[[], datetime], rng: Random
) -> Drained:
    fail(connection, batch.batch_id, error, clock(), rng)
    return Drained(batch, (), (), error)


def _import(pipeline: Pipeline, batch: Batch, run: Run) -> tuple[str, ...]:
    """Import the units of a batch and return those that changed. Raises what their source failed with."""
    imported = pipeline.import_source(batch.source, Scope(hsa_ids=batch.hsa_ids), run)
    for failure in imported.failures:
        raise failure.error
    return imported.changed_units
