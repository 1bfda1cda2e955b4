"""Reverting a run: what it changed and nobody changed since goes back to the documents before it.

A revert is told like any answer about units, at its own moment: by rule 1 it wins over what it takes back, and
whatever is told later wins over it, so that order still does not matter. It deletes nothing and asks nobody. Here:
which documents a run left, and telling those before it again. Not here: what is held back afterwards
(`guard/standing.py`), cards and plans (`guarding/revert.py` of the package).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.sources.source import Coverage, Scope
from hjv_pipelines.store.differences import FieldChange, field_changes, removed_units
from hjv_pipelines.store.guard.standing import Standing, stand
from hjv_pipelines.store.ledger import ImportResult, Run, begin_import
from hjv_pipelines.store.merge import TAKE_TURNS, merge_staged
from hjv_pipelines.store.retention.ledger import VERSIONS
from hjv_pipelines.store.retention.rule import horizon
from hjv_pipelines.store.staging import STAGING_TABLE
from hjv_pipelines.store.told import Told

TRIGGER = "revert"
"""What the ledger says set off the imports of a revert."""

SOURCES_OF_RUN = """
SELECT DISTINCT source FROM hjv.imports WHERE run_id = %s AND outcome = 'done' ORDER BY source
"""

BEGAN_BEFORE = """
SELECT min(ended_at) < %(kept_since)s FROM hjv.imports WHERE run_id = %(run_id)s AND outcome = 'done'
"""

# Of each unit that the run touched: what stood before, what the run left, and what stands now, by coverage.
# A unit `stands` when nobody but the run changed it since. Its documents go back together: a full document that is
# told again would hide a newer partial one.
UNDO = """
CREATE TEMPORARY TABLE undone ON COMMIT DROP AS
WITH run AS (
    SELECT import_id FROM hjv.imports WHERE run_id = %(run_id)s AND source = %(source)s AND outcome = 'done'
), touched AS (
    SELECT hsa_id, coverage, max(import_id) FILTER (WHERE import_id IN (SELECT import_id FROM run)) AS begun_by,
        max(ended_by) FILTER (WHERE ended_by IN (SELECT import_id FROM run)) AS ended_by
    FROM hjv.document_versions
    WHERE source = %(source)s AND (import_id IN (SELECT import_id FROM run) OR ended_by IN (SELECT import_id FROM run))
    GROUP BY hsa_id, coverage
), before AS (
    SELECT DISTINCT ON (hsa_id, coverage) hsa_id, coverage, content_hash, region
    FROM hjv.document_versions
    WHERE source = %(source)s AND ended_by IN (SELECT import_id FROM run)
      AND import_id NOT IN (SELECT import_id FROM run)
    ORDER BY hsa_id, coverage, ended_by
), made AS (
    SELECT v.hsa_id, v.coverage, v.content_hash, v.region
    FROM touched t JOIN hjv.document_versions v
      ON v.source = %(source)s AND v.hsa_id = t.hsa_id AND v.coverage = t.coverage AND v.import_id = t.begun_by
    WHERE t.begun_by >= coalesce(t.ended_by, 0)
), standing AS (
    SELECT hsa_id, coverage, content_hash, region, import_id FROM hjv.document_versions
    WHERE source = %(source)s AND valid_to IS NULL AND hsa_id IN (SELECT hsa_id FROM touched)
), documents AS (
    SELECT u.hsa_id, c.coverage,
        CASE WHEN t.hsa_id IS NULL THEN s.hsa_id ELSE b.hsa_id END IS NOT NULL AS existed,
        CASE WHEN t.hsa_id IS NULL THEN s.content_hash ELSE b.content_hash END AS content_hash,
        CASE WHEN t.hsa_id IS NULL THEN s.region ELSE b.region END AS region,
        coalesce(nullif(m.region, ''), s.region) AS made_region,
        t.hsa_id IS NOT NULL AND (b.hsa_id, b.content_hash, b.region)
            IS DISTINCT FROM (s.hsa_id, s.content_hash, s.region) AS differs,
        CASE WHEN t.hsa_id IS NULL THEN coalesce(s.import_id, 0) <= (SELECT max(import_id) FROM run)
            ELSE (m.hsa_id, m.content_hash, m.region)
                IS NOT DISTINCT FROM (s.hsa_id, s.content_hash, s.region) END AS stands
    FROM (SELECT DISTINCT hsa_id FROM touched) u CROSS JOIN (VALUES ('full'), ('partial')) c (coverage)
    LEFT JOIN touched t USING (hsa_id, coverage) LEFT JOIN before b USING (hsa_id, coverage)
    LEFT JOIN made m USING (hsa_id, coverage) LEFT JOIN standing s USING (hsa_id, coverage)
), units AS (
    SELECT hsa_id, bool_and(stands) AS stands, bool_or(differs) AS differs,
        coalesce(min(nullif(region, '')), min(nullif(made_region, '')), '00-distans') AS unit_region,
        array_agg(region) || array_agg(made_region) AS regions
    FROM documents GROUP BY hsa_id
)
SELECT d.hsa_id, d.coverage, d.existed, d.content_hash, d.region, u.unit_region, u.stands
FROM documents d JOIN units u USING (hsa_id)
WHERE u.differs AND (%(regions)s::text[] IS NULL OR u.regions && %(regions)s)
"""

STAGE = """
INSERT INTO staged (hsa_id, region, content_hash, body, place, findings)
SELECT u.hsa_id, u.region, u.content_hash, c.body, '', nullif((c.body::jsonb -> 'findings')::text, '[]')
FROM undone u JOIN hjv.contents c USING (content_hash) WHERE u.stands AND u.existed AND u.coverage = %s
"""

# Later than everything that it takes back, whatever the clocks say.
NEWEST = """
SELECT max(greatest(as_of, named_as_of)) FROM hjv.dated_documents
WHERE source = %s AND hsa_id IN (SELECT hsa_id FROM undone)
"""

# The run told everything about these regions of the source; what it measured there is no height to judge by.
FORGET_MEASURES = """
DELETE FROM hjv.measures m USING hjv.imports i
WHERE i.run_id = %(run_id)s AND i.source = %(source)s AND m.source = i.source AND m.as_of = i.as_of
  AND m.region IN (SELECT unit_region FROM undone)
"""

TOLD_WHOLE = """
SELECT DISTINCT region FROM hjv.imports i CROSS JOIN unnest(i.regions) AS told (region)
WHERE i.run_id = %s AND i.source = %s AND i.outcome = 'done' AND region <> ALL (i.held)
"""

REGIONS_OF_CARDS = """
SELECT DISTINCT region FROM (
    SELECT region FROM hjv.cards WHERE hsa_id IN (SELECT hsa_id FROM undone)
    UNION SELECT unit_region FROM undone UNION SELECT region FROM undone
) placed WHERE region <> ''
"""

FORGET_STAGED = "DROP TABLE staged, weighed, held_before, held_after, difference"

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Revert:
    """What is to be reverted: what the run `run_id` changed, of some `sources` and `regions` only where they are given.

    `by` and `reason`: who decided it, and why.
    """

    run_id: str
    by: str
    reason: str
    sources: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RevertedSource:
    """What was put back of one source, as the ledger has it, with the `fields` and some of the units `gone`.

    `changed_since` are units that somebody else changed after the run: they stay as they are. `standing` are the
    regions whose complete imports are held back from now on.
    """

    source: str
    results: tuple[ImportResult, ...]
    units: int
    changed_since: tuple[str, ...]
    fields: tuple[FieldChange, ...]
    gone: tuple[str, ...]
    regions: tuple[str, ...]
    standing: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class _PutBack:
    hsa_id: str
    coverage: Coverage
    existed: bool
    unit_region: str


def put_back(
    connection: psycopg.Connection, revert: Revert, run: Run, clock: Callable[[], datetime]
) -> tuple[RevertedSource, ...]:
    """Put back what `revert` names, by the new run `run`; nothing where nothing of it stands any more.

    Must run inside a transaction. Raises `PermanentError` when that run imported nothing of it.
    """
    merged = [source for (source,) in connection.execute(SOURCES_OF_RUN, (revert.run_id,))]
    sources = [source for source in merged if not revert.sources or source in revert.sources]
    if not sources:
        what = f" of {', '.join(revert.sources)}" if revert.sources and merged else ""
        raise PermanentError(f"Run {revert.run_id} imported nothing{what}. `hjv history HSA-ID` names a card's runs.")
    _refuse_forgotten(connection, revert.run_id)
    telling = replace(run, trigger=TRIGGER)
    return tuple(_put_back_source(connection, revert, source, telling, clock) for source in sources)


def _refuse_forgotten(connection: psycopg.Connection, run_id: str) -> None:
    """Raise `PermanentError` where what stood before the run may be forgotten: nothing would be put in its place."""
    kept_since = horizon(connection, VERSIONS.table)
    if kept_since is not None and connection.execute(
        BEGAN_BEFORE, {"run_id": run_id, "kept_since": kept_since}
    ).fetchone() == (True,):
        raise PermanentError(
            f"What stood before run {run_id} is forgotten: earlier documents are kept since {kept_since:%Y-%m-%d} "
            "(HJV_LEDGER_RETENTION_DAYS). Correct it at its source and import again."
        )


def _put_back_source(
    connection: psycopg.Connection, revert: Revert, source: str, run: Run, clock: Callable[[], datetime]
) -> RevertedSource:
    asked = {"run_id": revert.run_id, "source": source, "regions": list(revert.regions) or None}
    connection.execute(TAKE_TURNS, asked)
    now = clock()
    connection.execute(UNDO, asked)
    connection.execute("ANALYZE undone")
    changed_since = _ids(connection, "SELECT DISTINCT hsa_id FROM undone WHERE NOT stands ORDER BY hsa_id")
    regions = _ids(connection, REGIONS_OF_CARDS)
    with connection.cursor(row_factory=class_row(_PutBack)) as cursor:
        cursor.execute("SELECT hsa_id, coverage, existed, unit_region FROM undone WHERE stands ORDER BY hsa_id")
        documents = cursor.fetchall()
    units = sorted({document.hsa_id for document in documents})
    results: list[ImportResult] = []
    fields: tuple[FieldChange, ...] = ()
    gone: tuple[str, ...] = ()
    standing: tuple[Standing, ...] = ()
    if units:
        at = _later_than_all(connection, source, now)
        results.append(_tell_again(connection, source, "full", units, run, at, clock))
        fields, gone = field_changes(connection), removed_units(connection)
        connection.execute(FORGET_STAGED)
        partial = sorted(told.hsa_id for told in documents if told.coverage == "partial" and told.existed)
        if partial:
            results.append(_tell_again(connection, source, "partial", partial, run, at + TICK, clock))
            connection.execute(FORGET_STAGED)
        connection.execute(FORGET_MEASURES, asked)
        whole = {region for (region,) in connection.execute(TOLD_WHOLE, (revert.run_id, source))}
        by_region = _units_by_region(documents)
        standing = stand(
            connection,
            reverted_run_id=revert.run_id,
            import_id=results[0].import_id,
            source=source,
            units=by_region,
            told_whole=whole,
            by=revert.by,
            reason=revert.reason,
            now=now,
        )
    connection.execute("DROP TABLE undone")
    return RevertedSource(source, tuple(results), len(units), changed_since, fields, gone, regions, standing)


def _tell_again(
    connection: psycopg.Connection,
    source: str,
    coverage: Coverage,
    hsa_ids: Sequence[str],
    run: Run,
    at: datetime,
    clock: Callable[[], datetime],
) -> ImportResult:
    """Tell the units' documents of `coverage` as they were; those that had none are told gone."""
    scope, now = Scope(hsa_ids=tuple(hsa_ids)), clock()
    connection.execute(STAGING_TABLE)
    connection.execute(STAGE, (coverage,))
    connection.execute("ANALYZE staged")
    told = Told(
        source=source,
        coverage=coverage,
        as_of=at,
        fetched_at=at,
        import_id=begin_import(connection, source, scope, run, now),
        regions=[],
        hsa_ids=list(hsa_ids),
        now=now,
    )
    return merge_staged(connection, told, scope, clock)


def _later_than_all(connection: psycopg.Connection, source: str, now: datetime) -> datetime:
    """Return a moment, `now` or later, at which what is told wins over all that the undone units have."""
    row = connection.execute(NEWEST, (source,)).fetchone()
    newest: datetime = row[0] if row else now
    return max(now, newest + TICK)


def _units_by_region(documents: Sequence[_PutBack]) -> dict[str, int]:
    by_region: dict[str, set[str]] = {}
    for document in documents:
        by_region.setdefault(document.unit_region, set()).add(document.hsa_id)
    return {region: len(units) for region, units in sorted(by_region.items())}


def _ids(connection: psycopg.Connection, query: str) -> tuple[str, ...]:
    return tuple(_column(connection, query))


def _column(connection: psycopg.Connection, query: str) -> Iterator[str]:
    for (value,) in connection.execute(query.encode()):
        yield value
