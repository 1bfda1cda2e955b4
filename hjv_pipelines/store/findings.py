"""Findings: every dropped value and refused record, since when, how often, and until when.

Here: keeping `hjv.findings` in step with what imports see. Not here: finding them (`sources/`).
"""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.store.told import Told

RECORD = """
WITH seen AS (
    SELECT DISTINCT ON (s.hsa_id, f.field, f.rule, left(f.value, 200))
        s.hsa_id, coalesce(nullif(s.region, ''), '00-distans') AS region, s.place, s.content_hash IS NULL AS refused,
        f.field, f.rule, left(f.value, 200) AS value, f.mend
    FROM staged s, json_to_recordset(s.findings::json) AS f (field text, rule text, value text, mend text)
    WHERE s.findings IS NOT NULL
)
INSERT INTO hjv.findings AS kept
    (source, region, hsa_id, field, rule, value, mend, place, refused, first_seen, last_seen)
SELECT %(source)s, region, hsa_id, field, rule, value, mend, place, refused, %(as_of)s, %(as_of)s
FROM seen ORDER BY hsa_id, field, rule, value
ON CONFLICT (hsa_id, source, field, rule, value) DO UPDATE SET
    region = excluded.region, mend = excluded.mend, place = excluded.place, refused = excluded.refused,
    times = kept.times + 1,
    first_seen = least(kept.first_seen, excluded.first_seen),
    last_seen = greatest(kept.last_seen, excluded.last_seen),
    ended_at = CASE WHEN excluded.last_seen >= coalesce(kept.ended_at, '-infinity') THEN NULL ELSE kept.ended_at END
"""

END = """
UPDATE hjv.findings SET ended_at = %(as_of)s
WHERE source = %(source)s AND ended_at IS NULL AND last_seen < %(as_of)s
  AND (region = ANY(%(regions)s) OR hsa_id = ANY(%(hsa_ids)s) OR hsa_id IN (SELECT hsa_id FROM staged))
"""

COUNT = """
SELECT f.rule, count(*)
FROM staged s, json_to_recordset(s.findings::json) AS f (rule text)
WHERE s.findings IS NOT NULL GROUP BY f.rule ORDER BY f.rule
"""

OPEN = """
SELECT source, region, hsa_id, field, rule, value, mend, place, refused, times, first_seen, last_seen
FROM hjv.findings WHERE ended_at IS NULL AND (hsa_id = %(hsa_id)s OR hsa_id = ''
       AND upper(replace(value, ' ', '')) = %(hsa_id)s)
ORDER BY source, field, rule
"""


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding as the store keeps it; times in UTC, by the source's clock (as_of)."""

    source: str
    region: str
    hsa_id: str
    field: str
    rule: str
    value: str
    mend: str
    place: str
    refused: bool
    times: int
    first_seen: datetime
    last_seen: datetime


def record_findings(connection: psycopg.Connection, told: Told) -> dict[str, int]:
    """Keep the staged snapshot's findings, end those that it mended, and return how many it had by rule."""
    connection.execute(RECORD, told)
    connection.execute(END, told)
    return dict(connection.execute(COUNT).fetchall())


def open_findings(connection: psycopg.Connection, hsa_id: str) -> list[KeptFinding]:
    """Return what is wrong now with what the sources say of a unit, or with a record whose id is none."""
    with connection.cursor(row_factory=class_row(KeptFinding)) as cursor:
        return cursor.execute(OPEN, {"hsa_id": hsa_id}).fetchall()
