"""Taking a snapshot's stream into a temporary table, before any lock is held.

Here: the stream → rows, memory bounded. A snapshot that breaks in the middle leaves nothing behind. Not here: what
the rows do to the documents (`merge.py`).
"""

from collections.abc import Iterable

import orjson
import psycopg

from hjv_pipelines.canonical import canonical_json, content_hash
from hjv_pipelines.sources.source import Finding, Refusal, UnitDocument
from hjv_pipelines.store.guard.measures import Tally

STAGING_TABLE = """
CREATE TEMPORARY TABLE staged (
    hsa_id text COLLATE "C" NOT NULL,  -- '' where a refused record names no unit
    region text NOT NULL,
    content_hash text COLLATE "C",     -- null for a refused record
    body text,
    place text NOT NULL,
    findings text                      -- JSON, null where there are none
) ON COMMIT DROP
"""

REFUSE_CONTRADICTIONS = """
-- A snapshot that says two different things of one unit says nothing usable of it (trap 19).
WITH contradicted AS (
    SELECT hsa_id FROM staged WHERE hsa_id <> ''
    GROUP BY hsa_id HAVING count(DISTINCT coalesce(content_hash, '')) > 1
)
UPDATE staged SET content_hash = NULL, body = NULL, findings = jsonb_build_array(jsonb_build_object(
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


def stage(connection: psycopg.Connection, records: Iterable[UnitDocument | Refusal]) -> Tally:
    """Copy `records` into the temporary table `staged`, one row a unit, and return what was counted meanwhile.

    Must run inside a transaction. Whatever the stream raises goes through.
    """
    connection.execute(STAGING_TABLE)
    tally = Tally()
    with connection.cursor().copy("COPY staged FROM STDIN") as copy:
        for record in records:
            copy.write_row(_document_row(record, tally) if isinstance(record, UnitDocument) else _refusal_row(record))
    connection.execute("ANALYZE staged")
    connection.execute(REFUSE_CONTRADICTIONS)
    connection.execute(KEEP_ONE_OF_REPEATED)
    return tally


def _document_row(document: UnitDocument, tally: Tally) -> tuple[str | None, ...]:
    record = document.record.model_dump(mode="json", exclude_defaults=True)
    tally.count(document.region, record, [finding.rule for finding in document.findings])
    body = canonical_json({"findings": [finding.model_dump() for finding in document.findings], "record": record})
    return (
        document.hsa_id,
        document.region,
        content_hash(body),
        body.decode(),
        "",
        _findings_json(document.findings),
    )


def _refusal_row(refusal: Refusal) -> tuple[str | None, ...]:
    return (refusal.hsa_id or "", "", None, None, refusal.where, _findings_json(refusal.findings))


def _findings_json(findings: tuple[Finding, ...]) -> str | None:
    return orjson.dumps([finding.model_dump() for finding in findings]).decode() if findings else None
