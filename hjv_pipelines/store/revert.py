"""Reverting a run: what it changed and nobody changed since goes back to the documents before it.

A revert is told like any answer about units, at its own moment: by rule 1 it wins over what it takes back, and
whatever is told later wins over it, so that order still does not matter. It deletes nothing and asks nobody. Here:
telling again what stood before. Not here: what a run left (`undone.py`), what is held back afterwards
(`guard/standing.py`), cards and plans (`guarding/revert.py` of the package).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import psycopg

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
from hjv_pipelines.store.undone import TICK, find_undone, later_than_all

TRIGGER = "revert"
"""What the ledger says set off the imports of a revert."""

SOURCES_OF_RUN = """
SELECT DISTINCT source FROM hjv.imports WHERE run_id = %s AND outcome = 'done' ORDER BY source
"""

BEGAN_BEFORE = """
SELECT min(ended_at) < %(kept_since)s FROM hjv.imports WHERE run_id = %(run_id)s AND outcome = 'done'
"""

STAGE = """
INSERT INTO staged (hsa_id, region, content_hash, body, place, findings)
SELECT u.hsa_id, u.region, u.content_hash, c.body, '', nullif((c.body::jsonb -> 'findings')::text, '[]')
FROM undone u JOIN hjv.contents c USING (content_hash) WHERE u.stands AND u.existed AND u.coverage = %s
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

FORGET_STAGED = "DROP TABLE staged, weighed, held_before, held_after, difference"


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
    asked = {"run_id": revert.run_id, "source": source}
    connection.execute(TAKE_TURNS, asked)
    now = clock()
    undone = find_undone(connection, revert.run_id, source, list(revert.regions) or None)
    units = undone.units
    results: list[ImportResult] = []
    fields: tuple[FieldChange, ...] = ()
    gone: tuple[str, ...] = ()
    standing: tuple[Standing, ...] = ()
    if units:
        at = later_than_all(connection, source, now)
        results.append(_tell_again(connection, source, "full", units, run, at, clock))
        fields, gone = field_changes(connection), removed_units(connection)
        connection.execute(FORGET_STAGED)
        if partial := undone.partial_units:
            results.append(_tell_again(connection, source, "partial", partial, run, at + TICK, clock))
            connection.execute(FORGET_STAGED)
        connection.execute(FORGET_MEASURES, asked)
        standing = stand(
            connection,
            reverted_run_id=revert.run_id,
            import_id=results[0].import_id,
            source=source,
            units=undone.units_by_region(),
            told_whole={region for (region,) in connection.execute(TOLD_WHOLE, (revert.run_id, source))},
            by=revert.by,
            reason=revert.reason,
            now=now,
        )
    connection.execute("DROP TABLE undone")
    return RevertedSource(
        source,
        tuple(results),
        len(units),
        undone.changed_since,
        fields,
        gone,
        undone.regions_of_cards,
        standing,
    )


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
