"""Which units a staged snapshot may change. The others it says again as they are, and nothing of them is written.

A document that the last complete snapshot of its region said is `repeated`: it stands as of the latest one, whose time
is kept once for the region. Here: telling the two apart, and writing out the times of what is repeated no longer. Not
here: what becomes of the units that may change (`merge.py`).
"""

import psycopg

from hjv_pipelines.store.told import Told

FORGET = "DROP TABLE IF EXISTS pg_temp.weighed"

# One row a unit that may change; of those that stay as they are one row a region, without a unit: how many they are,
# as of when they are held, and whether they are named.
WEIGH_REGIONS = """
CREATE TEMPORARY TABLE weighed ON COMMIT DROP AS
WITH held AS (
    SELECT d.hsa_id, d.coverage, d.region, d.content_hash, d.reading, c.as_of,
        -- A partial document counts while it is newer than the full one.
        d.repeated AND c.repeated_as_of = c.as_of AND p.hsa_id IS NULL AS is_repeated
    FROM hjv.documents d
    LEFT JOIN hjv.complete_snapshots c ON c.source = d.source AND c.region = d.region
    LEFT JOIN hjv.documents p ON p.source = d.source AND p.hsa_id = d.hsa_id AND p.coverage = 'partial'
    WHERE d.source = %(source)s
), compared AS (
    SELECT coalesce(h.hsa_id, s.hsa_id) AS hsa_id, h.region, h.as_of, s.hsa_id IS NOT NULL AS named,
        coalesce(%(coverage)s = 'full' AND h.is_repeated AND h.region = ANY(%(regions)s) AND CASE
            WHEN (s.content_hash, s.region) = (h.content_hash, h.region)
            THEN s.reading IS NOT DISTINCT FROM h.reading OR %(as_of)s <= h.as_of
            ELSE s.hsa_id IS NULL AND %(as_of)s <= h.as_of END, false) AS stays
    FROM held h FULL JOIN (SELECT hsa_id, region, content_hash, reading FROM staged WHERE hsa_id <> '') s USING (hsa_id)
    WHERE h.region = ANY(%(regions)s) OR s.hsa_id IS NOT NULL
)
SELECT CASE WHEN NOT stays THEN hsa_id END AS hsa_id, CASE WHEN stays THEN region END AS region,
    CASE WHEN stays THEN as_of END AS as_of, named, count(*) AS units
FROM compared GROUP BY 1, 2, 3, 4
"""

WEIGH_UNITS = """
CREATE TEMPORARY TABLE weighed ON COMMIT DROP AS
SELECT hsa_id, NULL AS region, NULL::timestamptz AS as_of, bool_or(named) AS named, 1 AS units
FROM (SELECT hsa_id, true FROM staged WHERE hsa_id <> '' UNION ALL SELECT unnest(%(hsa_ids)s::text[]), false)
    AS told (hsa_id, named)
GROUP BY hsa_id
"""

WRITE_TIMES = """
UPDATE hjv.documents d SET repeated = false, as_of = h.as_of, named_as_of = h.named_as_of, fetched_at = h.fetched_at,
    import_id = h.import_id
FROM weighed w JOIN hjv.dated_documents h USING (hsa_id)
WHERE h.source = %(source)s AND h.repeated
  AND d.source = h.source AND d.hsa_id = h.hsa_id AND d.coverage = h.coverage
"""


def weigh(connection: psycopg.Connection, told: Told) -> None:
    """Leave in the table `weighed` what the staged snapshot may change. Must run while merges take turns."""
    connection.execute(FORGET)
    connection.execute(WEIGH_REGIONS if told["regions"] else WEIGH_UNITS, told)
    connection.execute("ANALYZE weighed")


def write_times(connection: psycopg.Connection, told: Told) -> None:
    """Write out as of when the units stand that may change: from here on each speaks for itself."""
    connection.execute(WRITE_TIMES, told)
