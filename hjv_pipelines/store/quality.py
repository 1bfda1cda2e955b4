"""How good the store's content is: figures to judge imports and documents by.

Here: queries for checks, over the ledger, documents and findings. Not here: what is good enough, and what
follows when it is not (`orchestration/`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.hsa_id import HSA_ID
from hjv_pipelines.timetable import STOCKHOLM

LAST_IMPORTS = """
WITH last AS (
    SELECT DISTINCT ON (told.region) told.region, i.counts -> told.region AS counts
    FROM hjv.imports i CROSS JOIN unnest(i.regions) AS told (region)
    WHERE i.source = %s AND i.outcome = 'done' AND told.region <> ALL (i.held)
    ORDER BY told.region, i.import_id DESC
), figures AS (
    SELECT region, f.added, f.changed, f.removed, f.unchanged + f.older AS same, f.refused
    FROM last LEFT JOIN LATERAL json_to_record(last.counts::json) AS f (
        added integer, changed integer, removed integer, unchanged integer, older integer, refused integer
    ) ON true
)
SELECT region, coalesce(removed + changed + same, 0) AS before, coalesce(added + changed + same, 0) AS after,
    coalesce(refused, 0) AS refused
FROM figures ORDER BY region
"""

FAILED_REGIONS = """
SELECT * FROM (
    SELECT DISTINCT ON (told.region) told.region, i.outcome, i.started_at, coalesce(i.error, '') AS error
    FROM hjv.imports i CROSS JOIN unnest(i.regions) AS told (region)
    WHERE i.source = %s AND (i.outcome <> 'running' OR i.started_at < %s)
    ORDER BY told.region, i.import_id DESC
) last WHERE outcome <> 'done' ORDER BY region
"""

HELD = """
SELECT source, region, count(DISTINCT hsa_id) AS units, 0 AS findings, 0 AS refused
FROM hjv.effective_documents WHERE content_hash IS NOT NULL AND region <> '' GROUP BY 1, 2
UNION ALL
SELECT source, region, 0, count(*), count(*) FILTER (WHERE refused)
FROM hjv.findings WHERE ended_at IS NULL GROUP BY 1, 2
"""

SOURCE_REGIONS = f"""
SELECT source, region, sum(units)::integer AS units, sum(findings)::integer AS findings,
    sum(refused)::integer AS refused
FROM ({HELD}) told GROUP BY source, region ORDER BY source, region
"""  # noqa: S608  our own text, twice

MISSHAPEN_IDS = """
SELECT DISTINCT hsa_id FROM hjv.effective_documents
WHERE source = %s AND hsa_id !~ ('^' || %s || '$') ORDER BY hsa_id
"""

REPEATED_IDS = """
SELECT min(hsa_id) FROM hjv.effective_documents WHERE source = %s
GROUP BY upper(regexp_replace(hsa_id, '\\s', '', 'g')) HAVING count(DISTINCT hsa_id) > 1 ORDER BY 1
"""

REFUSED_UNITS = """
SELECT DISTINCT CASE WHEN hsa_id = '' THEN place ELSE hsa_id END FROM hjv.findings
WHERE source = %s AND refused AND ended_at IS NULL ORDER BY 1
"""


LONGEST_IMPORT = timedelta(hours=2)
"""An import that says nothing of its end for so long has died."""


@dataclass(frozen=True, slots=True)
class LastImport:
    """The last complete import of a region: documents held `before` and `after` it, records `refused`."""

    region: str
    before: int
    after: int
    refused: int


@dataclass(frozen=True, slots=True)
class SourceRegion:
    """What a source says of a region now: its `units`, the `findings` about them, and the records it costs."""

    source: str
    region: str
    units: int
    findings: int
    refused: int


def source_regions(connection: psycopg.Connection) -> list[SourceRegion]:
    """Return how each source stands in each region of which it says anything."""
    with connection.cursor(row_factory=class_row(SourceRegion)) as cursor:
        return cursor.execute(SOURCE_REGIONS).fetchall()


@dataclass(frozen=True, slots=True)
class FailedRegion:
    """A region whose last import, started at `started_at` (UTC), failed, or died without a word (`running`)."""

    region: str
    outcome: Literal["failed", "running"]
    started_at: datetime
    error: str

    def __str__(self) -> str:
        """Say what failed, since when, and why."""
        return f"{self.region}: the import of {self.started_at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}: {self.why}"

    @property
    def why(self) -> str:
        """Return why it failed."""
        return self.error if self.outcome == "failed" else "it never ended; its process died"


def failed_regions(connection: psycopg.Connection, source: str, given_up: datetime) -> list[FailedRegion]:
    """Return the regions whose last import from `source` failed, or began before `given_up` and never ended."""
    with connection.cursor(row_factory=class_row(FailedRegion)) as cursor:
        return cursor.execute(FAILED_REGIONS, (source, given_up)).fetchall()


def last_imports(connection: psycopg.Connection, source: str) -> list[LastImport]:
    """Return the last complete import of each region from `source`."""
    with connection.cursor(row_factory=class_row(LastImport)) as cursor:
        return cursor.execute(LAST_IMPORTS, (source,)).fetchall()


def misshapen_ids(connection: psycopg.Connection, source: str) -> list[str]:
    """Return the ids of `source`'s documents that are no HSA-ids."""
    return [hsa_id for (hsa_id,) in connection.execute(MISSHAPEN_IDS, (source, HSA_ID.pattern))]


def repeated_ids(connection: psycopg.Connection, source: str) -> list[str]:
    """Return the ids of `source`'s documents that stand more than once, spelled differently."""
    return [hsa_id for (hsa_id,) in connection.execute(REPEATED_IDS, (source,))]


def refused_units(connection: psycopg.Connection, source: str) -> list[str]:
    """Return whom the refused records of `source` concern: an HSA-id, or their place in the input."""
    return [named for (named,) in connection.execute(REFUSED_UNITS, (source,))]
