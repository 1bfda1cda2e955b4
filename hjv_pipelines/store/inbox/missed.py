"""Changes that a source did not notify, although it notifies: a complete import found them first.

Here: the counts, from history and the inbox. Not here: how many are too many (`orchestration/inbox_checks.py`).
"""

from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

# A change that was notified and read stands in the store before the complete answer comes, which then changes nothing.
MISSED = """
WITH last AS (
    SELECT DISTINCT ON (told.region) told.region, i.import_id, i.as_of,
        lag(i.as_of) OVER (PARTITION BY told.region ORDER BY i.import_id) AS since
    FROM hjv.imports i CROSS JOIN unnest(i.regions) AS told (region)
    WHERE i.source = %(source)s AND i.outcome = 'done' AND told.region <> ALL (i.held)
    ORDER BY told.region, i.import_id DESC
), found AS (
    SELECT l.region, v.hsa_id, l.since, l.as_of
    FROM last l JOIN hjv.document_versions v ON v.import_id = l.import_id AND v.source = %(source)s
    JOIN hjv.documents d USING (hsa_id, source, coverage)
    WHERE l.since IS NOT NULL AND d.region = l.region
)
SELECT l.region, count(DISTINCT f.hsa_id) FILTER (WHERE h.hsa_id IS NULL) AS missed,
    (SELECT count(DISTINCT n.hsa_id) FROM hjv.hints n JOIN hjv.documents d USING (hsa_id, source)
     WHERE n.source = %(source)s AND n.origin = 'notification' AND d.region = l.region AND d.coverage = 'full'
       AND n.received_at >= l.since AND n.received_at < l.as_of) AS notified,
    coalesce((array_agg(f.hsa_id ORDER BY f.hsa_id)
        FILTER (WHERE f.hsa_id IS NOT NULL AND h.hsa_id IS NULL))[1:5], '{}') AS units
FROM last l LEFT JOIN found f USING (region)
LEFT JOIN hjv.hints h ON h.source = %(source)s AND h.hsa_id = f.hsa_id AND h.origin = 'notification'
    AND h.received_at >= f.since AND h.received_at < f.as_of + interval '10 minutes'
WHERE l.since IS NOT NULL GROUP BY l.region, l.since, l.as_of ORDER BY l.region
"""


@dataclass(frozen=True, slots=True)
class Missed:
    """In a region, between its last two complete imports: units `notified`, and units that changed unnotified.

    `missed` counts the latter, `units` names some of them.
    """

    region: str
    missed: int
    notified: int
    units: list[str]


def missed_notifications(connection: psycopg.Connection, source: str) -> list[Missed]:
    """Return what the last complete import of each region found that `source` should have notified."""
    with connection.cursor(row_factory=class_row(Missed)) as cursor:
        return cursor.execute(MISSED, {"source": source}).fetchall()
