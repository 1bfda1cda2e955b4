"""What a run left of each unit that it touched, and what stood there before: the temporary table `undone`.

Here: finding it, as SQL. Not here: telling what stood before again (`revert.py`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.sources.source import Coverage

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

STANDING = "SELECT hsa_id, coverage, existed, unit_region FROM undone WHERE stands ORDER BY hsa_id"
CHANGED_SINCE = "SELECT DISTINCT hsa_id FROM undone WHERE NOT stands ORDER BY hsa_id"

REGIONS_OF_CARDS = """
SELECT DISTINCT region FROM (
    SELECT region FROM hjv.cards WHERE hsa_id IN (SELECT hsa_id FROM undone)
    UNION SELECT unit_region FROM undone UNION SELECT region FROM undone
) placed WHERE region <> ''
"""

# Later than everything that it takes back, whatever the clocks say.
NEWEST = """
SELECT max(greatest(as_of, named_as_of)) FROM hjv.dated_documents
WHERE source = %s AND hsa_id IN (SELECT hsa_id FROM undone)
"""

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class UndoneDocument:
    """A document of a unit of `unit_region` that a run touched; `existed` tells whether there was one before."""

    hsa_id: str
    coverage: Coverage
    existed: bool
    unit_region: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What can be put back of a run: `documents` of the units that nobody changed since.

    `changed_since` are units that somebody did; `regions_of_cards` those where cards of any of them lie.
    """

    documents: tuple[UndoneDocument, ...]
    changed_since: tuple[str, ...]
    regions_of_cards: tuple[str, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """Return the units that can be put back, in the order of their ids."""
        return tuple(sorted({document.hsa_id for document in self.documents}))

    @property
    def partial_units(self) -> tuple[str, ...]:
        """Return those of them that had a partial document."""
        return tuple(sorted(one.hsa_id for one in self.documents if one.coverage == "partial" and one.existed))

    def units_by_region(self) -> dict[str, int]:
        """Return how many units of each region can be put back."""
        by_region: dict[str, set[str]] = {}
        for document in self.documents:
            by_region.setdefault(document.unit_region, set()).add(document.hsa_id)
        return {region: len(units) for region, units in sorted(by_region.items())}


def find_undone(connection: psycopg.Connection, run_id: str, source: str, regions: list[str] | None) -> Undone:
    """Leave in the table `undone` what the run did to `source` (in `regions`, where given), and return it."""
    connection.execute(UNDO, {"run_id": run_id, "source": source, "regions": regions})
    connection.execute("ANALYZE undone")
    with connection.cursor(row_factory=class_row(UndoneDocument)) as cursor:
        documents = tuple(cursor.execute(STANDING))
    changed_since = tuple(hsa_id for (hsa_id,) in connection.execute(CHANGED_SINCE))
    regions_of_cards = tuple(region for (region,) in connection.execute(REGIONS_OF_CARDS))
    return Undone(documents, changed_since, regions_of_cards)


def later_than_all(connection: psycopg.Connection, source: str, now: datetime) -> datetime:
    """Return a moment, `now` or later, at which what is told wins over all that the undone units have."""
    row = connection.execute(NEWEST, (source,)).fetchone()
    newest: datetime = row[0] if row else now
    return max(now, newest + TICK)
