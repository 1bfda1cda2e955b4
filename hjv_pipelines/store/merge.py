"""Rule 1, as SQL: for each (source, HSA-id) the later `as_of` wins, ties by content hash; order does not matter.

What the store keeps is the greatest of everything it was told: per document the greatest (as_of, content hash,
region) and the latest time it was named; per source and region the latest complete snapshot. A document counts
while it was named no earlier than its region's last complete snapshot. Greatest-of forgets no order it never knew:
any permutation and any repetition of the same snapshots ends in the same rows.

Here: what a staged snapshot does to documents, history and counts. Not here: staging, findings, the ledger's rows.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import LiteralString

import psycopg

from hjv_pipelines.sources.source import Scope, Snapshot
from hjv_pipelines.store.findings import record_findings
from hjv_pipelines.store.guard.guard import Guard, nothing_held, remember
from hjv_pipelines.store.guard.holds import Hold, hold_back, without
from hjv_pipelines.store.guard.judgement import Breach
from hjv_pipelines.store.guard.measures import Tally
from hjv_pipelines.store.guard.standing import standing_breaches
from hjv_pipelines.store.ledger import Counts, ImportResult, finish_import
from hjv_pipelines.store.planning import look_again
from hjv_pipelines.store.staging import stage
from hjv_pipelines.store.told import Told, told_by
from hjv_pipelines.store.weighing import weigh, write_times

TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('hjv merge ' || %(source)s, 0))"

HELD: LiteralString = """
CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS
SELECT e.hsa_id, e.coverage, e.region, e.content_hash, e.as_of
FROM weighed w JOIN hjv.effective_documents e USING (hsa_id)
WHERE e.source = %(source)s
"""

KEEP_CONTENTS = """
INSERT INTO hjv.contents (content_hash, body)
SELECT DISTINCT ON (s.content_hash) s.content_hash, s.body
FROM staged s
LEFT JOIN held_before b ON b.hsa_id = s.hsa_id AND b.content_hash = s.content_hash
WHERE s.body IS NOT NULL AND b.hsa_id IS NULL
ORDER BY s.content_hash
ON CONFLICT (content_hash) DO NOTHING
"""

# Of what is held already, the greater of the two stays. Of equal ones it is the one that was there first.
REPLACE_OLDER = """
UPDATE hjv.documents d SET region = s.region, as_of = %(as_of)s, named_as_of = greatest(d.named_as_of, %(as_of)s),
    fetched_at = %(fetched_at)s, import_id = %(import_id)s, content_hash = s.content_hash, reading = s.reading,
    outline = s.outline, repeated = %(coverage)s = 'full' AND s.region = ANY(%(newest)s)
FROM weighed w JOIN staged s USING (hsa_id)
WHERE s.content_hash IS NOT NULL AND d.source = %(source)s AND d.coverage = %(coverage)s AND d.hsa_id = s.hsa_id
  AND (%(as_of)s, s.content_hash, s.region) > (d.as_of, coalesce(d.content_hash, ''), d.region)
"""

NAME_THE_REST = """
UPDATE hjv.documents d SET named_as_of = %(as_of)s FROM weighed w JOIN staged s USING (hsa_id)
WHERE d.source = %(source)s AND d.coverage = %(coverage)s AND d.hsa_id = s.hsa_id AND d.named_as_of < %(as_of)s
"""

# A refused record of a unit that nobody knew: named, and nothing else.
KEEP_NEW = """
INSERT INTO hjv.documents
    (source, hsa_id, coverage, region, as_of, named_as_of, fetched_at, import_id, content_hash, reading, outline,
    repeated)
SELECT DISTINCT ON (s.hsa_id) %(source)s, s.hsa_id, %(coverage)s, s.region,
    CASE WHEN s.content_hash IS NULL THEN '-infinity' ELSE %(as_of)s::timestamptz END, %(as_of)s::timestamptz,
    %(fetched_at)s::timestamptz, %(import_id)s::bigint, s.content_hash, s.reading, s.outline,
    s.content_hash IS NOT NULL AND %(coverage)s = 'full' AND s.region = ANY(%(newest)s)
FROM weighed w JOIN staged s USING (hsa_id)
WHERE NOT EXISTS (
    SELECT FROM hjv.documents d WHERE d.source = %(source)s AND d.coverage = %(coverage)s AND d.hsa_id = s.hsa_id)
ORDER BY s.hsa_id
"""

TELL_GONE = """
INSERT INTO hjv.documents AS d
    (source, hsa_id, coverage, region, as_of, named_as_of, fetched_at, import_id)
SELECT DISTINCT %(source)s, asked.hsa_id, %(coverage)s, '', %(as_of)s::timestamptz, %(as_of)s::timestamptz,
    %(fetched_at)s::timestamptz, %(import_id)s::bigint
FROM unnest(%(hsa_ids)s::text[]) AS asked (hsa_id)
WHERE asked.hsa_id NOT IN (SELECT hsa_id FROM staged) ORDER BY asked.hsa_id
ON CONFLICT (hsa_id, source, coverage) DO UPDATE SET
    named_as_of = greatest(d.named_as_of, excluded.named_as_of),
    (as_of, content_hash, region, fetched_at, import_id, reading) = (
        SELECT as_of, content_hash, region, fetched_at, import_id, reading
        FROM (VALUES
            (d.as_of, d.content_hash, d.region, d.fetched_at, d.import_id, d.reading),
            (excluded.as_of, NULL, excluded.region, excluded.fetched_at, excluded.import_id, NULL)
        ) AS told (as_of, content_hash, region, fetched_at, import_id, reading)
        ORDER BY as_of DESC, coalesce(content_hash, '') DESC, region DESC, import_id LIMIT 1)
"""

TELL_COMPLETE = """
INSERT INTO hjv.complete_snapshots AS c
    (source, region, as_of, import_id, repeated_as_of, repeated_import_id, repeated_fetched_at)
SELECT %(source)s, region, %(as_of)s, %(import_id)s, %(as_of)s, %(import_id)s, %(fetched_at)s
FROM unnest(%(regions)s::text[]) AS told (region) ORDER BY region
ON CONFLICT (source, region) DO UPDATE SET as_of = excluded.as_of, import_id = excluded.import_id,
    repeated_as_of = excluded.repeated_as_of, repeated_import_id = excluded.repeated_import_id,
    repeated_fetched_at = excluded.repeated_fetched_at
WHERE c.as_of < excluded.as_of RETURNING region
"""

COMPARE = """
CREATE TEMPORARY TABLE difference ON COMMIT DROP AS
WITH before AS (
    SELECT hsa_id, min(region) AS region, string_agg(content_hash, ' ' ORDER BY coverage) AS content
    FROM held_before GROUP BY hsa_id HAVING count(*) = count(content_hash)
), after AS (
    SELECT hsa_id, min(region) AS region, string_agg(content_hash, ' ' ORDER BY coverage) AS content,
        max(as_of) AS as_of
    FROM held_after GROUP BY hsa_id HAVING count(*) = count(content_hash)
)
SELECT hsa_id, coalesce(a.region, b.region) AS region,
    CASE WHEN b.hsa_id IS NULL THEN 'added' WHEN a.hsa_id IS NULL THEN 'removed'
         WHEN a.content <> b.content THEN 'changed'
         WHEN a.as_of > %(as_of)s THEN 'older' ELSE 'unchanged' END AS kind
FROM before b FULL JOIN after a USING (hsa_id)
"""

END_VERSIONS = """
UPDATE hjv.document_versions v SET valid_to = %(now)s, ended_by = %(import_id)s
FROM held_before b LEFT JOIN held_after a USING (hsa_id, coverage)
WHERE v.valid_to IS NULL AND v.source = %(source)s AND v.hsa_id = b.hsa_id AND v.coverage = b.coverage
  AND (a.hsa_id, a.content_hash, a.region) IS DISTINCT FROM (b.hsa_id, b.content_hash, b.region)
"""

BEGIN_VERSIONS = """
INSERT INTO hjv.document_versions (source, hsa_id, coverage, region, content_hash, as_of, import_id, valid_from)
SELECT %(source)s, a.hsa_id, a.coverage, a.region, a.content_hash, a.as_of, %(import_id)s, %(now)s
FROM held_after a LEFT JOIN held_before b USING (hsa_id, coverage)
WHERE (a.hsa_id, a.content_hash, a.region) IS DISTINCT FROM (b.hsa_id, b.content_hash, b.region) ORDER BY a.hsa_id
"""

COUNT = """
SELECT region, kind, sum(units)::bigint FROM (
    SELECT region, kind, 1 AS units FROM difference
    UNION ALL
    SELECT region, CASE WHEN as_of > %(as_of)s THEN 'older' ELSE 'unchanged' END, units FROM weighed
    WHERE hsa_id IS NULL
) counted GROUP BY region, kind
"""
COUNT_REFUSED = """
SELECT coalesce(nullif(d.region, ''), '00-distans'), count(*)
FROM staged s LEFT JOIN hjv.documents d
    ON d.hsa_id = s.hsa_id AND d.source = %(source)s AND d.coverage = %(coverage)s
WHERE s.content_hash IS NULL GROUP BY 1
"""
CHANGED = "SELECT hsa_id FROM difference WHERE kind IN ('added', 'changed', 'removed') ORDER BY hsa_id"


def merge(
    connection: psycopg.Connection,
    snapshot: Snapshot,
    import_id: int,
    clock: Callable[[], datetime],
    guard: Guard = nothing_held,
) -> ImportResult:
    """Merge `snapshot` into the store in one transaction, and write its end into the ledger.

    The stream is staged first, without any lock; merges of one source then take turns. What `guard` names of a
    complete snapshot is held back. Whatever the stream raises goes through and leaves the store as it was. `clock`
    gives the store's own time, for history.
    """
    with connection.transaction():
        tally = stage(connection, snapshot.source, snapshot.records)
        connection.execute(TAKE_TURNS, {"source": snapshot.source})
        told = told_by(snapshot, import_id, clock())
        weigh(connection, told)
        held = hold_back(connection, told, tally, _breached(connection, told, tally, guard)) if told["regions"] else ()
        accepted = without(told, held)
        remember(connection, accepted, tally)
        if held:
            weigh(connection, accepted)
        return _merge_weighed(connection, accepted, snapshot.scope, clock, held)


def _breached(
    connection: psycopg.Connection, told: Told, tally: Tally, guard: Guard
) -> Mapping[str, tuple[Breach, ...]]:
    """Return why regions are held back: for what `guard` says of them, and for a revert that stands."""
    judged, standing = guard(connection, told, tally), standing_breaches(connection, told)
    return {
        region: (*standing.get(region, ()), *judged.get(region, ()))
        for region in told["regions"]
        if region in judged or region in standing
    }


def merge_staged(
    connection: psycopg.Connection, told: Told, scope: Scope, clock: Callable[[], datetime]
) -> ImportResult:
    """Merge what is staged of `scope`, and write the import's end into the ledger.

    Must run inside the transaction that staged it. It ends when all is merged, so that by the ledger's times too what
    was published meanwhile came before it.
    """
    weigh(connection, told)
    return _merge_weighed(connection, told, scope, clock, held=())


def _merge_weighed(
    connection: psycopg.Connection,
    told: Told,
    scope: Scope,
    clock: Callable[[], datetime],
    held: tuple[Hold, ...],
) -> ImportResult:
    connection.execute(HELD.format(name="held_before"), told)
    connection.execute("ANALYZE held_before")
    connection.execute(KEEP_CONTENTS)
    write_times(connection, told)
    newest = [region for (region,) in connection.execute(TELL_COMPLETE, told)]
    telling = {**told, "newest": newest}
    written = connection.execute(REPLACE_OLDER, telling).rowcount
    connection.execute(NAME_THE_REST, telling)
    written += connection.execute(KEEP_NEW, telling).rowcount
    # Units that are read again have their documents already: a look for each batch of a storm would find nothing new.
    look_again(connection, told["source"], written if told["regions"] else 0)
    connection.execute(TELL_GONE, told)
    connection.execute(HELD.format(name="held_after"), told)
    connection.execute("ANALYZE held_after")
    connection.execute(COMPARE, told)
    connection.execute("ANALYZE difference")
    connection.execute(END_VERSIONS, told)
    connection.execute(BEGIN_VERSIONS, told)
    result = ImportResult(
        import_id=told["import_id"],
        source=told["source"],
        scope=scope,
        as_of=told["as_of"],
        counts=_counts(connection, told),
        findings=record_findings(connection, told),
        changed_units=tuple(row[0] for row in connection.execute(CHANGED)),
        held=held,
    )
    finish_import(connection, result, told["fetched_at"], clock())
    return result


def _counts(connection: psycopg.Connection, told: Told) -> dict[str, Counts]:
    counts: dict[str, Counts] = {}
    for region, kind, number in connection.execute(COUNT, told):
        setattr(counts.setdefault(region or "00-distans", Counts()), kind, number)
    for region, number in connection.execute(COUNT_REFUSED, told):
        counts.setdefault(region, Counts()).refused = number
    return dict(sorted(counts.items()))
