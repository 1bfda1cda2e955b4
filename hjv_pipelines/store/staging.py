"""Taking a snapshot's stream into a temporary table, before any lock is held.

Here: the stream → rows, memory bounded. A record that gave a document before, read by the same code, is not read again
(decision 8). A snapshot that breaks in the middle leaves nothing behind. Not here: what the rows do to the documents
(`merge.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson
import psycopg
from psycopg.rows import class_row

from hjv_pipelines.canonical import canonical_json, content_hash
from hjv_pipelines.sources.source import Refusal, UnitDocument, UnreadRecord
from hjv_pipelines.store.guard.measures import Tally

Told = UnitDocument | Refusal | UnreadRecord

MOST_RECORDS, MOST_BYTES = 500, 1 << 20
"""So much of the stream is looked up at once."""

STAGING_TABLE = """
CREATE TEMPORARY TABLE staged (
    hsa_id text COLLATE "C" NOT NULL,  -- '' where a refused record names no unit
    region text NOT NULL,
    content_hash text COLLATE "C",     -- null for a refused record
    body text,                         -- null too where the store holds it already
    place text NOT NULL,
    findings text,                     -- JSON, null where there are none
    reading text COLLATE "C"           -- names the raw record, where its source can tell
) ON COMMIT DROP
"""

REFUSE_CONTRADICTIONS = """
-- A snapshot that says two different things of one unit says nothing usable of it (trap 19).
WITH contradicted AS (
    SELECT hsa_id FROM staged WHERE hsa_id <> ''
    GROUP BY hsa_id HAVING count(DISTINCT coalesce(content_hash, '')) > 1
)
UPDATE staged SET content_hash = NULL, body = NULL, reading = NULL, findings = jsonb_build_array(jsonb_build_object(
    'field', 'hsaIdentity', 'rule', 'duplicate_hsa_id', 'value', staged.hsa_id,
    'mend', 'The HSA administrators of the two records: one HSA-id stands for one unit.'))::text
FROM contradicted WHERE staged.hsa_id = contradicted.hsa_id AND staged.content_hash IS NOT NULL
"""

KEEP_ONE_OF_REPEATED = """
DELETE FROM staged USING (
    SELECT hsa_id, min(ctid) AS first FROM staged WHERE hsa_id <> '' GROUP BY hsa_id HAVING count(*) > 1
) repeated
WHERE staged.hsa_id = repeated.hsa_id AND staged.ctid <> repeated.first
"""


KNOWN = """
SELECT d.reading, d.hsa_id, d.region, d.content_hash, c.body
FROM hjv.documents d JOIN hjv.contents c USING (content_hash)
WHERE d.source = %s AND d.reading = ANY(%s)
"""


class _Known(NamedTuple):
    """A document that the store holds, by the name of the record that it was read of."""

    reading: str
    hsa_id: str
    region: str
    content_hash: str
    body: str


def stage(connection: psycopg.Connection, source: str, records: Iterable[Told]) -> Tally:
    """Copy `records` of `source` into the temporary table `staged`, one row a unit, and return what was counted.

    Must run inside a transaction. Whatever the stream raises goes through.
    """
    connection.execute(STAGING_TABLE)
    tally = Tally()
    for batch in _batches(records):
        known = _known(connection, source, batch)
        with connection.cursor().copy("COPY staged FROM STDIN") as copy:
            for record in batch:
                copy.write_row(_row(record, known, tally))
    connection.execute("ANALYZE staged")
    connection.execute(REFUSE_CONTRADICTIONS)
    connection.execute(KEEP_ONE_OF_REPEATED)
    return tally


def _batches(records: Iterable[Told]) -> Iterator[list[Told]]:
    batch: list[Told] = []
    size = 0
    for record in records:
        batch.append(record)
        size += record.size if isinstance(record, UnreadRecord) else 0
        if len(batch) == MOST_RECORDS or size >= MOST_BYTES:
            yield batch
            batch, size = [], 0
    yield batch


def _known(connection: psycopg.Connection, source: str, batch: Sequence[Told]) -> Mapping[str, _Known]:
    """Return what the store holds of the unread records, by their names."""
    readings = [record.reading for record in batch if isinstance(record, UnreadRecord)]
    if not readings:
        return {}
    with connection.cursor(row_factory=class_row(_Known)) as cursor:
        return {known.reading: known for known in cursor.execute(KNOWN, (source, readings))}


def _row(record: Told, known: Mapping[str, _Known], tally: Tally) -> tuple[str | None, ...]:
    if not isinstance(record, UnreadRecord):
        return _read_row(record, None, tally)
    held = known.get(record.reading)
    return _read_row(record.read(), record.reading, tally) if held is None else _known_row(held, tally)


def _known_row(known: _Known, tally: Tally) -> tuple[str | None, ...]:
    kept = orjson.loads(known.body)
    findings = kept["findings"]
    tally.count(known.region, kept["record"], [finding["rule"] for finding in findings])
    told = orjson.dumps(findings).decode() if findings else None
    return known.hsa_id, known.region, known.content_hash, None, "", told, known.reading


def _read_row(record: UnitDocument | Refusal, reading: str | None, tally: Tally) -> tuple[str | None, ...]:
    findings = [finding.model_dump() for finding in record.findings]
    told = orjson.dumps(findings).decode() if findings else None
    if isinstance(record, Refusal):
        return record.hsa_id or "", "", None, None, record.where, told, None
    plain = record.record.model_dump(mode="json", exclude_defaults=True)
    tally.count(record.region, plain, [finding.rule for finding in record.findings])
    body = canonical_json({"findings": findings, "record": plain})
    return record.hsa_id, record.region, content_hash(body), body.decode(), "", told, reading
