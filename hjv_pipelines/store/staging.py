"""Taking a snapshot's stream into a temporary table, before any lock is held.

Here: the stream → rows, memory bounded. A record that gave a document before, read by the same code, is not read again
(decision 8): its document is staged before the stream begins, and stays when the stream names it. A snapshot that
breaks in the middle leaves nothing behind. Not here: what the rows do to the documents (`merge.py`).
"""

import hashlib
from collections.abc import Iterable
from itertools import chain, islice

import orjson
import psycopg

from hjv_pipelines.canonical import canonical_json, content_hash
from hjv_pipelines.sources.source import Refusal, UnitDocument, UnreadRecord
from hjv_pipelines.store.guard.measures import Tally, breaks_rules, outline

Told = UnitDocument | Refusal | UnreadRecord

STAGING_TABLE = """
CREATE TEMPORARY TABLE staged (
    hsa_id text COLLATE "C" NOT NULL,  -- '' where a refused record names no unit
    region text NOT NULL,
    content_hash text COLLATE "C",     -- null for a refused record
    body text,                         -- null too where the store holds it already
    place text NOT NULL,
    findings text,                     -- JSON, null where there are none
    reading text COLLATE "C",          -- names the raw record, where its source can tell
    outline bigint                     -- names what the guard counts of it, where there is a reading
) ON COMMIT DROP
"""

STAGE_KNOWN = """
INSERT INTO staged (hsa_id, region, content_hash, place, findings, reading, outline)
SELECT d.hsa_id, d.region, d.content_hash, '', CASE WHEN o.has_findings THEN (
        SELECT (c.body::json -> 'findings')::text FROM hjv.contents c WHERE c.content_hash = d.content_hash) END,
    d.reading, d.outline
FROM hjv.documents d JOIN hjv.outlines o USING (outline)
WHERE d.source = %s AND d.reading IS NOT NULL
"""

LEAVE_OUT = "DELETE FROM staged WHERE reading = ANY(%s)"

COUNT_KNOWN = """
SELECT s.region, o.counted, s.units
FROM (SELECT region, outline, count(*) AS units FROM staged WHERE body IS NULL GROUP BY region, outline) s
JOIN hjv.outlines o USING (outline)
"""

# A glance is enough: it is joined by its units, which are all different.
LOOK_THROUGH = """
SET LOCAL default_statistics_target = 10;
ANALYZE staged (hsa_id);
SET LOCAL default_statistics_target TO DEFAULT
"""

# Binary (%b): as text, each of the million quotes in them would be escaped on its own.
KEEP_OUTLINES = """
INSERT INTO hjv.outlines (outline, counted, has_findings)
SELECT * FROM unnest(%b::bigint[], %b::text[], %b::boolean[]) ORDER BY 1 ON CONFLICT DO NOTHING
"""

TOLD_TWICE = "SELECT hsa_id FROM staged WHERE hsa_id <> '' GROUP BY hsa_id HAVING count(*) > 1"

REFUSE_CONTRADICTIONS = """
-- A snapshot that says two different things of one unit says nothing usable of it (trap 19).
WITH contradicted AS (
    SELECT hsa_id FROM staged WHERE hsa_id = ANY(%(units)s)
    GROUP BY hsa_id HAVING count(DISTINCT coalesce(content_hash, '')) > 1
)
UPDATE staged SET content_hash = NULL, body = NULL, reading = NULL, findings = jsonb_build_array(jsonb_build_object(
    'field', 'hsaIdentity', 'rule', 'duplicate_hsa_id', 'value', staged.hsa_id,
    'mend', 'The HSA administrators of the two records: one HSA-id stands for one unit.'))::text
FROM contradicted WHERE staged.hsa_id = contradicted.hsa_id AND staged.content_hash IS NOT NULL
"""

KEEP_ONE_OF_REPEATED = """
DELETE FROM staged USING (
    SELECT hsa_id, min(ctid) AS first FROM staged WHERE hsa_id = ANY(%(units)s) GROUP BY hsa_id
) repeated
WHERE staged.hsa_id = repeated.hsa_id AND staged.ctid <> repeated.first
"""


def stage(connection: psycopg.Connection, source: str, records: Iterable[Told]) -> Tally:
    """Copy `records` of `source` into the temporary table `staged`, one row a unit, and return what was counted.

    Records come unread all or none. Must run inside a transaction. Whatever the stream raises goes through.
    """
    connection.execute(STAGING_TABLE)
    tally = Tally()
    stream = iter(records)
    first = list(islice(stream, 1))
    unnamed = _stage_known(connection, source) if any(isinstance(one, UnreadRecord) for one in first) else set[str]()
    outlines: dict[str, int] = {}
    with connection.cursor().copy("COPY staged FROM STDIN") as copy:
        for record in chain(first, stream):
            if not isinstance(record, UnreadRecord):
                copy.write_row(_row(record, None, tally, outlines))
            elif record.reading in unnamed:
                unnamed.remove(record.reading)
            else:
                copy.write_row(_row(record.read(), record.reading, tally, outlines))
    _keep(connection, outlines)
    if unnamed:
        connection.execute(LEAVE_OUT, (list(unnamed),))
    for region, outlined, units in connection.execute(COUNT_KNOWN):
        tally.count(region, outlined, units)
    units = [hsa_id for (hsa_id,) in connection.execute(TOLD_TWICE)]
    if units:
        connection.execute(REFUSE_CONTRADICTIONS, {"units": units})
        connection.execute(KEEP_ONE_OF_REPEATED, {"units": units})
    connection.execute(LOOK_THROUGH)
    return tally


def _stage_known(connection: psycopg.Connection, source: str) -> set[str]:
    """Stage every document of `source` that has a reading; return the names of those readings."""
    connection.execute(STAGE_KNOWN, (source,))
    return {reading for (reading,) in connection.execute("SELECT reading FROM staged")}


def _row(
    record: UnitDocument | Refusal, reading: str | None, tally: Tally, outlines: dict[str, int]
) -> tuple[str | int | None, ...]:
    findings = [finding.model_dump() for finding in record.findings]
    told = orjson.dumps(findings).decode() if findings else None
    if isinstance(record, Refusal):
        return record.hsa_id or "", "", None, None, record.where, told, None, None
    plain = record.record.model_dump(mode="json", exclude_defaults=True)
    outlined = outline(plain, [finding.rule for finding in record.findings])
    tally.count(record.region, outlined)
    if reading is not None and outlined not in outlines:
        outlines[outlined] = _name(outlined)
    body = canonical_json({"findings": findings, "record": plain})
    return record.hsa_id, record.region, content_hash(body), body.decode(), "", told, reading, outlines.get(outlined)


def _name(outlined: str) -> int:
    """Return the number by which the store knows an outline: the first eight bytes of its SHA-256."""
    return int.from_bytes(hashlib.sha256(outlined.encode()).digest()[:8], signed=True)


def _keep(connection: psycopg.Connection, outlines: dict[str, int]) -> None:
    if outlines:
        asked = list(outlines.values()), list(outlines), [breaks_rules(outlined) for outlined in outlines]
        connection.execute(KEEP_OUTLINES, asked)
