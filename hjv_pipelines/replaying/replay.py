"""The replay of a day: its imports once more, from the kept raw inputs, and whether the same cards come of it.

The replay begins with the documents that the day began with, goes through the day's imports and publications in their
order, each at its own time, and asks no source: kept answers stand in the network's place, and no certificate is
needed. Here: that. Not here: what came of it (`outcome.py`), raw inputs (`store/raw/`), and the past (`store/past.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit
from urllib.request import url2pathname

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.visibility import policy_of
from hjv_pipelines.failures import HjvError
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.replaying.outcome import Replay, compare
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import build_sources
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.documents import StoredDirectory
from hjv_pipelines.store.guard.guard import Guard
from hjv_pipelines.store.guard.judgement import Breach
from hjv_pipelines.store.guard.measures import Tally
from hjv_pipelines.store.ledger import Run, begin_import, fail_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines.store.past import OPENING, PastImport, imports_between, open_store, tell_what_it_changed
from hjv_pipelines.store.raw.answering import KeptAnswers
from hjv_pipelines.store.raw.files import RawFiles
from hjv_pipelines.store.raw.index import inputs_of
from hjv_pipelines.store.told import Told
from hjv_pipelines.timetable import STOCKHOLM
from hjv_pipelines.transport.wire import answered_by

PUBLICATIONS = """
SELECT p.published_at, p.region, p.run_id, p.trigger, array_agg(f.hsa_id ORDER BY f.hsa_id) AS hsa_ids
FROM hjv.publications p JOIN hjv.feed f USING (publication_id)
WHERE p.published_at >= %s AND p.published_at < %s GROUP BY p.publication_id ORDER BY p.publication_id
"""

LAST_PUBLICATIONS = """
SELECT region, max(published_at) FROM hjv.publications WHERE published_at >= %s AND published_at < %s GROUP BY region
"""


@dataclass(frozen=True, slots=True)
class _PastPublication:
    """A publication of a region that changed the cards of `hsa_ids`."""

    published_at: datetime
    region: str
    run_id: str
    trigger: str
    hsa_ids: list[str]


Watch = Callable[[int, int, str], None]
"""Is told before each step of a replay: how many are done, of how many, and what this one is."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A part of a replay: what a person would call it, and how it is taken."""

    title: str
    take: Callable[[], None]


def replay_day(
    settings: Settings,
    day: date,
    origin_url: str,
    replica_url: str,
    now: datetime,
    watch: Watch = lambda _done, _of, _title: None,
) -> Replay:
    """Replay the Swedish `day` of the store at `origin_url` into the migrated, empty one at `replica_url`.

    Of today only what happened before `now` (UTC). The origin is only read.
    """
    started = perf_counter()
    start, end = _start_of(day), min(_start_of(day + timedelta(days=1)), now)
    with connect(origin_url) as origin, connect(replica_url) as replica, connect(replica_url) as asking:
        replaying = _Replaying(settings, origin, replica, asking, Replay(day))
        steps = list(replaying.steps(start, end))
        for done, step in enumerate(steps):
            watch(done, len(steps), step.title)
            step.take()
    replaying.told.seconds = perf_counter() - started
    return replaying.told


def offline(settings: Settings) -> Settings:
    """Return `settings` for sources that are answered from what was kept: without certificates, and at once."""
    paces = {name: 1e9 for name in Settings.model_fields if name.endswith("_calls_per_second")}
    certificates = dict.fromkeys(("client_certificate", "client_key", "ca_certificates"))
    update: dict[str, object] = {**paces, **certificates, "hsa_unit_pause_seconds": 0.0}
    file = settings.address("hsa_file_url")
    if file is not None and urlsplit(file).scheme not in {"http", "https"}:
        path = url2pathname(urlsplit(file).path) if urlsplit(file).scheme == "file" else file
        update["hsa_file_url"] = f"http://kept.invalid{urlsplit(_absolute_uri(path)).path}"
    return settings.model_copy(update=update)


class _Replaying:
    """A replay under way, over both stores."""

    def __init__(
        self,
        settings: Settings,
        origin: psycopg.Connection,
        replica: psycopg.Connection,
        asking: psycopg.Connection,
        told: Replay,
    ) -> None:
        self._sources = build_sources(offline(settings))
        self._files = RawFiles(settings.home / "raw")
        self._policy = policy_of(settings)
        self._origin = origin
        self._replica = replica
        self._directory = StoredDirectory(asking)
        self.told = told

    def steps(self, start: datetime, end: datetime) -> Iterator[_Step]:
        """Give what is to be done, in its order.

        What the day began with, documents and cards; the day's imports and publications, each at its own time; what
        the day's publications left out, such as units without a card; and the comparison.
        """
        yield _Step("what the day began with", partial(self._open, start))
        before = start - timedelta(microseconds=1)  # no part of the day: a moment before it
        for region in REGION_KEYS:
            yield _Step(f"{region} as the day began", partial(self._publish_opening, region, before))
        for event in self._events(start, end):
            if isinstance(event, PastImport):
                yield _Step(f"{event.source}, {event.scope}", partial(self._import, event))
            else:
                yield _Step(f"{event.region} published", partial(self._publish_again, event))
        for region, at in self._origin.execute(LAST_PUBLICATIONS, (start, end)).fetchall():
            closing = Run("closing", "replay")
            yield _Step(f"{region} as the day ended", partial(self._publish, region, closing, at))
        yield _Step("comparison", partial(compare, self._origin, self._replica, start, end, self.told))

    def _events(self, start: datetime, end: datetime) -> list[PastImport | _PastPublication]:
        """Return the day's imports and publications, in the order in which they happened."""
        with self._origin.cursor(row_factory=class_row(_PastPublication)) as cursor:
            publications = cursor.execute(PUBLICATIONS, (start, end)).fetchall()
        return sorted([*imports_between(self._origin, start, end), *publications], key=_moment)

    def _open(self, start: datetime) -> None:
        self.told.opening = open_store(self._origin, self._replica, start)

    def _publish_opening(self, region: str, before: datetime) -> None:
        if self.told.opening:
            self._publish(region, OPENING, before)

    def _publish(self, region: str, run: Run, at: datetime, hsa_ids: Sequence[str] | None = None) -> None:
        publish_region(self._replica, region, self._policy, run, lambda: at, hsa_ids)

    def _publish_again(self, past: _PastPublication) -> None:
        self._publish(past.region, Run(past.run_id, past.trigger), past.published_at, past.hsa_ids)

    def _import(self, past: PastImport) -> None:
        if past.is_decision:
            tell_what_it_changed(self._origin, self._replica, past)
            self.told.decisions += 1
            return
        try:
            self._import_again(past)
            self.told.imports += 1
        except HjvError as error:
            tell_what_it_changed(self._origin, self._replica, past)
            self.told.missing.append(f"{past.source}, {past.scope}, import {past.import_id}: {error}")

    def _import_again(self, past: PastImport) -> None:
        if past.source not in self._sources:
            raise HjvError("the source is off in these settings")
        import_id = begin_import(self._replica, past.source, past.scope, past.run, past.ended_at)
        answers = KeptAnswers(self._files, inputs_of(self._origin, past.import_id))
        try:
            with answered_by(answers.send):
                told = self._sources[past.source].fetch(past.scope, self._directory)
                # Its clock is not ours: the ledger knows of when it spoke.
                snapshot = replace(told, as_of=past.as_of, fetched_at=past.fetched_at)
                merge(self._replica, snapshot, import_id, lambda: past.ended_at, _held_then(past))
        except HjvError as error:
            fail_import(self._replica, import_id, str(error), past.ended_at)
            raise


def _moment(event: PastImport | _PastPublication) -> tuple[datetime, bool]:
    """Return when it happened; of two at once, the import came first."""
    if isinstance(event, PastImport):
        return event.ended_at, False
    return event.published_at, True


def _held_then(past: PastImport) -> Guard:
    """Return the guard that holds back what was held back then, whatever would be today."""

    def guard(_connection: psycopg.Connection, _told: Told, _tally: Tally) -> Mapping[str, tuple[Breach, ...]]:
        return {region: (Breach("planned", "", 0, 0),) for region in past.held}

    return guard


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), STOCKHOLM)


def _absolute_uri(path: str) -> str:
    return Path(path).absolute().as_uri()
