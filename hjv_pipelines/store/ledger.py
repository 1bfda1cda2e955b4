"""The import ledger: which import of what was started when, by which run, and how it ended.

Here: writing and reading the rows of `hjv.imports`. Not here: the merge that an import leads to (`merge.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.guard.holds import Hold

LAST_COMPLETE = """
SELECT c.source, c.region, c.as_of, i.ended_at AS imported_at
FROM hjv.complete_snapshots c JOIN hjv.imports i USING (import_id)
ORDER BY c.source, c.region
"""

COMPLETE_IMPORTS = """
SELECT DISTINCT ON (told.region) told.region, i.started_at, i.as_of
FROM hjv.imports i CROSS JOIN unnest(i.regions) AS told (region)
WHERE i.source = %s AND i.outcome = 'done' AND told.region <> ALL (i.held) ORDER BY told.region, i.import_id DESC
"""


MERGED_BY_RUN = """
SELECT import_id, ARRAY(SELECT unnest(regions) EXCEPT SELECT unnest(held) ORDER BY 1), hsa_ids, as_of, counts, findings,
    warnings
FROM hjv.imports
WHERE source = %s AND run_id = %s AND outcome = 'done' AND (hsa_ids <> '{}' OR NOT regions <@ held)
ORDER BY import_id
"""

MERGED_OF_UNITS = """
SELECT import_id, regions, hsa_ids, as_of, counts, findings, warnings
FROM hjv.imports
WHERE source = %s AND hsa_ids && %s AND started_at >= %s AND outcome = 'done'
ORDER BY import_id
"""

LAST_WARNINGS = """
SELECT source, regions, run_id, started_at, warnings FROM (
    SELECT DISTINCT ON (source, regions) * FROM hjv.imports
    WHERE hsa_ids = '{}' AND outcome <> 'running' ORDER BY source, regions, import_id DESC
) newest WHERE warnings <> '{}' ORDER BY import_id
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Who does the work: Dagster's run id (or one of ours), and what set it off: schedule, notification, manual."""

    run_id: str
    trigger: str


@dataclass(slots=True)
class Counts:
    """How many documents an import added, changed, removed, found unchanged or older than held, and refused."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    older: int = 0
    refused: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Return the sum, field by field."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def held(self) -> int:
        """Return how many documents the store holds after the import."""
        return self.added + self.changed + self.unchanged + self.older

    def as_dict(self) -> dict[str, int]:
        """Return the figures by name."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What one import did: `counts` per region, `findings` per rule, `changed_units` whose cards may differ now.

    `held` are the regions of which nothing was merged, since the guard held them back; `warnings` say what went wrong
    beside the import without costing it.
    """

    import_id: int
    source: str
    scope: Scope
    as_of: datetime
    counts: dict[str, Counts] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    changed_units: tuple[str, ...] = ()
    held: tuple[Hold, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def total(self) -> Counts:
        """Return the counts of all regions together."""
        return sum(self.counts.values(), Counts())


@dataclass(frozen=True, slots=True)
class WarnedImport:
    """An import of whole `regions` by `run_id`, started then (UTC), beside which something went wrong."""

    source: str
    regions: list[str]
    run_id: str
    started_at: datetime
    warnings: list[str]

    def __str__(self) -> str:
        """Say what went wrong beside which import."""
        return f"{self.source}, {Scope(tuple(self.regions))}: {'; '.join(self.warnings)}"


@dataclass(frozen=True, slots=True)
class CompleteImport:
    """The last import that told everything about `region`: when it started, and the time it spoke of (UTC)."""

    region: str
    started_at: datetime
    as_of: datetime


@dataclass(frozen=True, slots=True)
class LastComplete:
    """When `source` last told everything about `region`: `as_of` its own time, `imported_at` ours (UTC)."""

    source: str
    region: str
    as_of: datetime
    imported_at: datetime


def begin_import(connection: psycopg.Connection, source: str, scope: Scope, run: Run, now: datetime) -> int:
    """Write that an import starts and return its id."""
    row = connection.execute(
        "INSERT INTO hjv.imports (source, regions, hsa_ids, run_id, trigger, started_at) "
        "VALUES (%s, %s, %s, %s, %s, %s) RETURNING import_id",
        (source, list(scope.regions), list(scope.hsa_ids), run.run_id, run.trigger, now),
    ).fetchone()
    assert row is not None  # noqa: S101  INSERT … RETURNING gives a row
    return int(row[0])


def finish_import(connection: psycopg.Connection, result: ImportResult, fetched_at: datetime, now: datetime) -> None:
    """Write what a merged import did; part of the merge's transaction, so that the two stand or fall together."""
    connection.execute(
        "UPDATE hjv.imports SET outcome = 'done', ended_at = %s, as_of = %s, fetched_at = %s, counts = %s, "
        "findings = %s, held = %s WHERE import_id = %s",
        (
            now,
            result.as_of,
            fetched_at,
            Jsonb({region: counts.as_dict() for region, counts in result.counts.items()}),
            Jsonb(result.findings),
            [hold.region for hold in result.held],
            result.import_id,
        ),
    )


def fail_import(connection: psycopg.Connection, import_id: int, reason: str, now: datetime) -> None:
    """Write that an import failed; what the store held before stays."""
    connection.execute(
        "UPDATE hjv.imports SET outcome = 'failed', ended_at = %s, error = %s WHERE import_id = %s",
        (now, reason, import_id),
    )


def warnings_of(connection: psycopg.Connection, import_id: int) -> tuple[str, ...]:
    """Return what went wrong beside an import without costing it."""
    row = connection.execute("SELECT warnings FROM hjv.imports WHERE import_id = %s", (import_id,)).fetchone()
    return tuple(row[0]) if row else ()


def last_warnings(connection: psycopg.Connection) -> list[WarnedImport]:
    """Return the imports with warnings among the last ones of regions, each source's by itself."""
    with connection.cursor(row_factory=class_row(WarnedImport)) as cursor:
        return cursor.execute(LAST_WARNINGS).fetchall()


def complete_imports(connection: psycopg.Connection, source: str) -> dict[str, CompleteImport]:
    """Return the last import of `source` that told everything about each region, by region."""
    with connection.cursor(row_factory=class_row(CompleteImport)) as cursor:
        return {done.region: done for done in cursor.execute(COMPLETE_IMPORTS, (source,))}


def last_complete(connection: psycopg.Connection) -> list[LastComplete]:
    """Return when each source last told everything about each region."""
    with connection.cursor(row_factory=class_row(LastComplete)) as cursor:
        return cursor.execute(LAST_COMPLETE).fetchall()


def has_imported(connection: psycopg.Connection, run: Run) -> bool:
    """Tell whether any import of `run` was merged."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM hjv.imports WHERE run_id = %s AND outcome = 'done')", (run.run_id,)
    ).fetchone()
    return row is not None and bool(row[0])


def imports_of_run(connection: psycopg.Connection, run: Run, source: str) -> tuple[ImportResult, ...]:
    """Return the imports of `source` that `run` has merged so far, without the units that they changed.

    A region that was held back was not merged.
    """
    return _results(source, connection.execute(MERGED_BY_RUN, (source, run.run_id)))


def imports_of_units(
    connection: psycopg.Connection, source: str, hsa_ids: Iterable[str], since: datetime
) -> tuple[ImportResult, ...]:
    """Return the imports of `source` that read any of the units `hsa_ids` since then, without the units they changed.

    Others' too; their figures are of all the units that they read.
    """
    return _results(source, connection.execute(MERGED_OF_UNITS, (source, list(hsa_ids), since)))


def _results(source: str, rows: Iterable[tuple[Any, ...]]) -> tuple[ImportResult, ...]:
    return tuple(
        ImportResult(
            import_id,
            source,
            Scope(tuple(regions), tuple(hsa_ids)),
            as_of,
            {region: Counts(**figures) for region, figures in counts.items()},
            findings,
            warnings=tuple(warnings),
        )
        for import_id, regions, hsa_ids, as_of, counts, findings, warnings in rows
    )
