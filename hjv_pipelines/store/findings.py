"""Findings: every dropped value and refused record, since when, how often, and until when.

A finding is released by itself: it ends when its source tells again of the unit, or of its region whole, and does not
show it any more. Order does not matter here either: what an older answer shows is ended at once where a newer one told
of the unit without it. Here: keeping `hjv.findings` in step with what imports and publications see. Not here: finding
them (`sources/`, `cards/disagreements.py`), and reading them (`open_findings.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString

import orjson
import psycopg

from hjv_pipelines.sources.source import Finding
from hjv_pipelines.store.told import Told

KEEP: LiteralString = """
INSERT INTO hjv.findings AS kept
    (source, region, hsa_id, field, rule, value, mend, place, refused, first_seen, last_seen, ended_at)
SELECT %(source)s, region, hsa_id, field, rule, value, mend, place, refused, %(as_of)s, %(as_of)s, ended_at
FROM seen ORDER BY hsa_id, field, rule, value
ON CONFLICT (hsa_id, source, field, rule, value) DO UPDATE SET
    region = excluded.region, mend = excluded.mend, place = excluded.place, refused = excluded.refused,
    -- The same answer read again, by a run that was tried again or one that comes late, shows nothing new.
    times = kept.times + (excluded.last_seen NOT IN (kept.first_seen, kept.last_seen))::integer,
    first_seen = least(kept.first_seen, excluded.first_seen),
    last_seen = greatest(kept.last_seen, excluded.last_seen),
    ended_at = CASE
        WHEN coalesce(excluded.ended_at, kept.ended_at) > greatest(kept.last_seen, excluded.last_seen)
        THEN coalesce(excluded.ended_at, kept.ended_at) END
"""

# A refused record tells no region. It stands where its source had the unit; else in the region that was asked about
# alone, for only the next answer about that one can release it; else where HSA has the unit.
RECORD: LiteralString = """
WITH shown AS (
    SELECT DISTINCT ON (s.hsa_id, f.field, f.rule, left(f.value, 200))
        s.hsa_id, s.place, s.content_hash IS NULL AS refused, f.field, f.rule, left(f.value, 200) AS value, f.mend,
        coalesce(nullif(s.region, ''),
            (SELECT min(d.region) FROM hjv.documents d
             WHERE d.hsa_id = s.hsa_id AND d.source = %(source)s AND d.region <> ''),
            CASE WHEN cardinality(%(regions)s::text[]) = 1 THEN (%(regions)s::text[])[1] END,
            (SELECT min(d.region) FROM hjv.documents d
             WHERE d.hsa_id = s.hsa_id AND d.source = 'hsa' AND d.region <> ''),
            '00-distans') AS region
    FROM staged s, json_to_recordset(s.findings::json) AS f (field text, rule text, value text, mend text)
    WHERE s.findings IS NOT NULL
), seen AS (
    SELECT shown.*, CASE WHEN newer.as_of > %(as_of)s THEN newer.as_of END AS ended_at
    FROM shown CROSS JOIN LATERAL (SELECT greatest(
        (SELECT d.named_as_of FROM hjv.dated_documents d
         WHERE d.source = %(source)s AND d.hsa_id = shown.hsa_id AND d.coverage = 'full'),
        (SELECT c.as_of FROM hjv.complete_snapshots c WHERE c.source = %(source)s AND c.region = shown.region)
    ) AS as_of) AS newer
)
"""

# A poorer answer (partial) shows only some fields: it releases nothing.
END = """
UPDATE hjv.findings SET ended_at = %(as_of)s
WHERE source = %(source)s AND ended_at IS NULL AND last_seen < %(as_of)s AND %(coverage)s = 'full'
  AND (region = ANY(%(regions)s) OR hsa_id = ANY(%(hsa_ids)s) OR hsa_id IN (SELECT hsa_id FROM staged))
"""

COUNT = """
SELECT f.rule, count(*)
FROM staged s, json_to_recordset(s.findings::json) AS f (rule text)
WHERE s.findings IS NOT NULL GROUP BY f.rule ORDER BY f.rule
"""

RECORD_OF_UNITS: LiteralString = """
WITH seen AS (
    SELECT hsa_id, %(region)s AS region, '' AS place, false AS refused, field, rule, value, mend,
        NULL::timestamptz AS ended_at
    FROM json_to_recordset(%(findings)s::json) AS f (hsa_id text, field text, rule text, value text, mend text)
)
"""

END_OF_UNITS = """
UPDATE hjv.findings SET ended_at = %(as_of)s
WHERE source = %(source)s AND ended_at IS NULL AND last_seen < %(as_of)s AND hsa_id = ANY(%(hsa_ids)s)
"""


def record_findings(connection: psycopg.Connection, told: Told) -> dict[str, int]:
    """Keep the staged snapshot's findings, end those that it mended, and return how many it had by rule."""
    connection.execute(RECORD + KEEP, told)
    connection.execute(END, told)
    return dict(connection.execute(COUNT).fetchall())


def record_findings_of_units(
    connection: psycopg.Connection,
    source: str,
    region: str,
    judged: Sequence[str],
    found: Mapping[str, Sequence[Finding]],
    now: datetime,
) -> None:
    """Keep what was `found` in the units of `region` that were `judged` at `now`; end what was not found again.

    For findings that no import makes: `source` is the name of who judges.
    """
    rows = [{"hsa_id": hsa_id, **one.model_dump()} for hsa_id, findings in found.items() for one in findings]
    told = {"source": source, "region": region, "as_of": now, "hsa_ids": list(judged)}
    if rows:
        connection.execute(RECORD_OF_UNITS + KEEP, {**told, "findings": orjson.dumps(rows).decode()})
    connection.execute(END_OF_UNITS, told)
