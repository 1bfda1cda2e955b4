"""The flow, in one place: source → snapshot → store → card → publication.

    source.fetch(scope) ─► Snapshot ─► merge ─► publish ─► delivery and feed

A national import, the import of one region and the refresh of one unit are these same two steps with another
scope: `import_source` and `publish`. Where a source is to be asked further meanwhile, the first is done in two: `ask`,
and `keep` what it answered. Here: the steps in their order, and what happens when one part of a scope fails. Not here:
the steps themselves, and who sets them off (`orchestration/`, `cli.py`).
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter

import psycopg

from hjv_pipelines.cards.dependents import dependents_elsewhere, dependents_of, units_by_region
from hjv_pipelines.cards.guard import card_thresholds_of, guard_of_cards
from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.visibility import Policy, policy_of
from hjv_pipelines.failures import HjvError, PermanentError
from hjv_pipelines.flow_log import log_failure, log_import, log_publication
from hjv_pipelines.imported import Answer, FailedImport, SourceImport
from hjv_pipelines.logs.about import about, only
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.parts import parts_of, watched
from hjv_pipelines.sources.registry import build_sources, missing_addresses
from hjv_pipelines.sources.source import Scope, Source
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.documents import StoredDirectory
from hjv_pipelines.store.guard.guard import Guard, every, guard_with, nothing_held
from hjv_pipelines.store.guard.holds import HeldBackError
from hjv_pipelines.store.guard.thresholds import thresholds_of
from hjv_pipelines.store.ledger import ImportResult, Run, begin_import, fail_import, imports_of_run, warnings_of
from hjv_pipelines.store.merge import merge
from hjv_pipelines.store.raw.index import recorded
from hjv_pipelines.store.raw.retention import RawKeeping, keeping_of, prune
from hjv_pipelines.store.turns import turns_of
from hjv_pipelines.transport.pace import in_turn

logger = logging.getLogger(__name__)


class Pipeline:
    """The sources, the store and the cards of one installation."""

    def __init__(
        self,
        database_url: str,
        sources: Mapping[str, Source],
        policy: Policy,
        clock: Callable[[], datetime],
        guard: Guard = nothing_held,
        raw: RawKeeping | None = None,
    ) -> None:
        self._database_url = database_url
        self._sources = sources
        self._policy = policy
        self._clock = clock
        self._guard = guard
        self._raw = raw

    @classmethod
    def from_settings(cls, settings: Settings, database_url: str, guard: Guard | None = None) -> "Pipeline":
        """Return the pipeline that the settings describe, over a migrated database; `guard` in place of theirs."""
        return cls(
            database_url,
            build_sources(settings),
            policy_of(settings),
            lambda: datetime.now(UTC),
            guard or guard_of(settings),
            keeping_of(settings),
        )

    @property
    def source_names(self) -> tuple[str, ...]:
        """Return the sources that can be asked; HSA first, since the others are asked about its units."""
        return tuple(sorted(self._sources, key=lambda name: name != "hsa"))

    def regions_of(self, name: str) -> tuple[str, ...]:
        """Return the keys of the regions that the source `name` speaks of. Raises as `import_source` does."""
        return self._source(name).regions

    def import_source(
        self, name: str, scope: Scope, run: Run, watch: Callable[[int], None] = lambda _: None
    ) -> SourceImport:
        """Ask the source `name` for `scope` and merge what it says; a part that fails costs no other.

        `watch` is told now and then how many records of the part have been read. Every part stands in the ledger,
        also one that failed. Raises `PermanentError` for a source that is off.
        """
        started = perf_counter()
        source = self._source(name)
        results: list[ImportResult] = []
        failures: list[FailedImport] = []
        with connect(self._database_url) as connection, self._directory(name) as directory:
            for part in parts_of(source, scope):
                with about(run_id=run.run_id, source=name, region=only(part.regions), unit=only(part.hsa_ids)):
                    try:
                        result = self._import_part(connection, source, directory, part, run, watch)
                    except HjvError as error:
                        failures.append(FailedImport(part, error))
                        continue
                    log_import(result)
                results.append(result)
                failures.extend(FailedImport(Scope((held.region,)), HeldBackError(held)) for held in result.held)
            if scope.is_complete:
                self._prune_raw_inputs(connection)
        return SourceImport(name, scope, tuple(results), tuple(failures), perf_counter() - started)

    def ask(self, name: str, units: Scope, run: Run) -> Answer:
        """Ask the source `name` about units, to its last word, for `keep` to merge. Raises what it fails with.

        What is asked stands in the ledger, as every import does.
        """
        source = self._source(name)
        with (
            connect(self._database_url) as connection,
            self._directory(name) as directory,
            about(run_id=run.run_id, source=name, unit=only(units.hsa_ids)),
            self._entered(connection, name, units, run) as import_id,
        ):
            snapshot = source.fetch(units, directory)
            return Answer(import_id, replace(snapshot, records=iter(tuple(snapshot.records))))

    def keep(self, answer: Answer, run: Run) -> ImportResult:
        """Merge what a source answered about units."""
        snapshot = answer.snapshot
        with (
            connect(self._database_url) as connection,
            about(run_id=run.run_id, source=snapshot.source, unit=only(snapshot.scope.hsa_ids)),
            self._failure_told(connection, answer.import_id),
        ):
            result = merge(connection, snapshot, answer.import_id, self._clock, self._guard)
            log_import(result)
        return result

    def import_rest(self, name: str, scope: Scope, run: Run) -> SourceImport:
        """Import as `import_source` does, but not again what `run` has imported already; the result holds both.

        For a step that is tried again because a part of it failed.
        """
        with connect(self._database_url) as connection:
            done = imports_of_run(connection, run, name)
        told = {region for result in done for region in result.scope.regions}
        rest = tuple(region for region in scope.regions if region not in told)
        if done and not rest:
            return SourceImport(name, scope, done, (), 0.0)
        imported = self.import_source(name, Scope(rest, scope.hsa_ids), run)
        return replace(imported, scope=scope, results=(*done, *imported.results))

    def publish(self, scope: Scope, run: Run) -> tuple[Publication, ...]:
        """Publish the cards of `scope` that are not what they should be, and those elsewhere that depend on them."""
        with connect(self._database_url) as connection:
            if scope.hsa_ids:
                dependents = dependents_of(connection, list(scope.hsa_ids))
                return tuple(self._publish_units(connection, [*scope.hsa_ids, *dependents], run))
            published = [self._publish_region(connection, region, run) for region in scope.regions]
            elsewhere = dependents_elsewhere(connection, list(scope.regions))
            return (*published, *self._publish_units(connection, elsewhere, run))

    def _source(self, name: str) -> Source:
        if name not in self._sources:
            raise PermanentError(_why_off(name, self._sources))
        return self._sources[name]

    def _import_part(
        self,
        connection: psycopg.Connection,
        source: Source,
        directory: StoredDirectory,
        part: Scope,
        run: Run,
        watch: Callable[[int], None],
    ) -> ImportResult:
        with self._entered(connection, source.name, part, run) as import_id:
            snapshot = source.fetch(part, directory)
            told = replace(snapshot, records=watched(snapshot.records, watch))
            result = merge(connection, told, import_id, self._clock, self._guard)
        return replace(result, warnings=warnings_of(connection, import_id))

    @contextmanager
    def _directory(self, name: str) -> Iterator[StoredDirectory]:
        """Give what the source `name` may ask of the store, and let it take its turns among all who ask it.

        On a connection of its own: it may be asked while records are read, when the store's is busy.
        """
        with connect(self._database_url) as asking, in_turn(turns_of(asking, name)):
            yield StoredDirectory(asking)

    @contextmanager
    def _entered(self, connection: psycopg.Connection, name: str, part: Scope, run: Run) -> Iterator[int]:
        """Enter an import in the ledger, with what is heard of the source inside, and with the failure of one."""
        import_id = begin_import(connection, name, part, run, self._clock())
        with (
            recorded(connection, self._raw.files, import_id, self._clock)
            if self._raw and self._raw.age
            else nullcontext(),
            self._failure_told(connection, import_id),
        ):
            yield import_id

    @contextmanager
    def _failure_told(self, connection: psycopg.Connection, import_id: int) -> Iterator[None]:
        """Tell the log and the ledger of a failure."""
        try:
            yield
        except HjvError as error:
            log_failure(error)
            fail_import(connection, import_id, str(error), self._clock())
            raise

    def _prune_raw_inputs(self, connection: psycopg.Connection) -> None:
        """Let go of old raw inputs; what fails at that costs no import, and is tried again with the next."""
        if self._raw is None:
            return
        try:
            prune(connection, self._raw, self._clock())
        except (OSError, psycopg.Error):
            logger.warning("Old raw inputs could not be removed.", exc_info=True)

    def _publish_units(self, connection: psycopg.Connection, hsa_ids: list[str], run: Run) -> Iterator[Publication]:
        for region, units in units_by_region(connection, hsa_ids):
            yield self._publish_region(connection, region, run, units)

    def _publish_region(
        self, connection: psycopg.Connection, region: str, run: Run, units: Sequence[str] | None = None
    ) -> Publication:
        with about(run_id=run.run_id, region=region, unit=only(units or ())):
            published = publish_region(connection, region, self._policy, run, self._clock, units)
            log_publication(published)
        return published


def guard_of(settings: Settings) -> Guard:
    """Return the guard that the settings choose: over units, values and findings, and over cards."""
    return every(guard_with(thresholds_of(settings)), guard_of_cards(card_thresholds_of(settings), policy_of(settings)))


def _why_off(name: str, sources: Mapping[str, Source]) -> str:
    missing = missing_addresses(Settings()).get(name)
    if missing:
        return f"The source {name} is off: set {' and '.join(missing)}."
    return f"There is no source {name!r}. Choose one of: {', '.join(sources)}."
