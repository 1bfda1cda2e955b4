"""Draining the inbox of one source: its hints are taken batch by batch, read, published and told of.

A drainer stays a while after the last hint, so that the next one is on its card within the time of a read, and not of
the start of a run. While the answers about one batch are kept, published and told of, the source is asked about the
next: its pace is what a storm waits for, and nothing beside it. Here: that, for any source. Not here: the inbox
(`store/inbox/`), how large a batch is (`batch_size.py`), the asking and publishing (`flow.py`), and who starts a
drainer (`orchestration/`).
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
from hjv_pipelines.imported import Answer
from hjv_pipelines.notifications.batch_size import first_size, next_size
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


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a drainer stays: `linger` after the last hint, and `most` altogether."""

    linger: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class Asked:
    """A batch whose source was asked from `since` until `at`; no `answer` where only cards are to be published anew."""

    batch: Batch
    answer: Answer | None
    since: datetime
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
        size = first_size(source)
        published: Future[Drained] | None = None
        while True:
            batch = _next_batch(connection, source, size, run, clock())
            asking = batch and aside.submit(_ask, pipeline, connection, batch, run, clock, rng)
            if published is not None:
                yield published.result()
                published = None
            elif asking is None:
                stays = min(patience.linger, leaves_at - clock())
                if not (stays > timedelta() and _comes(connection, source, stays, clock)):
                    return
            match asking and asking.result():
                case Drained() as failed:
                    yield failed
                case Asked() as asked:
                    size = next_size(size, len(asked.batch.hsa_ids), asked.at - asked.since)
                    published = aside.submit(_publish, pipeline, publishing, asked, run, clock, rng)


def _next_batch(connection: psycopg.Connection, source: str, size: int, run: Run, now: datetime) -> Batch | None:
    taken = hand_out(connection, source, size, now, LEASE)
    return taken and begin(connection, taken.batch_id, run.run_id, now, LEASE)


def _comes(connection: psycopg.Connection, source: str, stays: timedelta, clock: Callable[[], datetime]) -> bool:
    return wait_for_hints(connection, source, patience=stays, clock=clock)


def _ask(
    pipeline: Pipeline,
    connection: psycopg.Connection,
    batch: Batch,
    run: Run,
    clock: Callable[[], datetime],
    rng: Random,
) -> Asked | Drained:
    """Ask the source about the units of a batch again, or tell what it failed with."""
    since = clock()
    try:
        answer = pipeline.ask(batch.source, Scope(hsa_ids=batch.hsa_ids), run) if batch.source != CARDS else None
    except HjvError as error:
        return _failed(connection, batch, error, clock, rng)
    return Asked(batch, answer, since, clock())


def _publish(
    pipeline: Pipeline,
    connection: psycopg.Connection,
    asked: Asked,
    run: Run,
    clock: Callable[[], datetime],
    rng: Random,
) -> Drained:
    """Keep what was answered, publish the cards, and let the hints be done."""
    batch = asked.batch
    try:
        if asked.answer:
            kept = pipeline.keep(asked.answer, run)
            if batch.source == "kka":
                hint_users_of_shared_texts(connection, kept.changed_units, clock())
        publications = pipeline.publish(Scope(hsa_ids=batch.hsa_ids), run)
    except HjvError as error:
        return _failed(connection, batch, error, clock, rng)
    return Drained(batch, finish(connection, batch.batch_id, asked.at, clock()), publications, None)


def _failed(
    connection: psycopg.Connection, batch: Batch, error: HjvError, clock: Callable[[], datetime], rng: Random
) -> Drained:
    fail(connection, batch.batch_id, error, clock(), rng)
    return Drained(batch, (), (), error)
