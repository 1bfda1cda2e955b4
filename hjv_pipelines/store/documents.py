"""Reading what the sources say now: the documents that count, as the rooms above need them.

Here: queries over `effective_documents` and the turning of kept bodies into records. Not here: what a record means,
and combining a source's full and partial documents (the source's own business).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import orjson
import psycopg
from psycopg.rows import class_row

from hjv_pipelines.sources.source import Coverage, Finding, Record, Scope

# What a revert put back speaks of the time at which its source said it.
EFFECTIVE = """
SELECT e.hsa_id, e.source, e.coverage, e.region, coalesce(said.as_of, e.as_of) AS as_of,
    coalesce(said.fetched_at, e.fetched_at) AS fetched_at, i.run_id, e.content_hash, c.body
FROM hjv.effective_documents e
JOIN hjv.imports i USING (import_id)
LEFT JOIN hjv.contents c USING (content_hash)
LEFT JOIN LATERAL (
    SELECT v.as_of, o.fetched_at FROM hjv.document_versions v JOIN hjv.imports o USING (import_id)
    WHERE i.trigger = 'revert' AND v.hsa_id = e.hsa_id AND v.source = e.source AND v.coverage = e.coverage
      AND v.content_hash = e.content_hash AND o.trigger <> 'revert'
    ORDER BY v.import_id DESC LIMIT 1
) said ON true
WHERE e.hsa_id = ANY(%(hsa_ids)s) AND (%(sources)s::text[] IS NULL OR e.source = ANY(%(sources)s))
ORDER BY e.hsa_id, e.source, e.coverage
"""

# Four of five units have no mark; the word is looked for before the JSON is read.
MARKED = """
SELECT e.hsa_id, e.region
FROM hjv.effective_documents e JOIN hjv.contents c USING (content_hash)
WHERE e.source = 'hsa' AND (e.region = ANY(%(regions)s) OR e.hsa_id = ANY(%(hsa_ids)s))
  AND c.body LIKE '%%destination_indicators%%'
  AND (c.body::jsonb -> 'record' -> 'destination_indicators') ?| ARRAY['03', '04']
ORDER BY e.hsa_id
"""

HELD = """
SELECT hsa_id, region FROM hjv.effective_documents
WHERE source = %(source)s AND content_hash IS NOT NULL
  AND (region = ANY(%(regions)s) OR hsa_id = ANY(%(hsa_ids)s))
ORDER BY hsa_id
"""


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document that counts, as kept; `body` is None where a partial answer said that the unit is gone.

    `as_of` and `fetched_at` in UTC; `run_id` of the run that last confirmed it.
    """

    hsa_id: str
    source: str
    coverage: Coverage
    region: str
    as_of: datetime
    fetched_at: datetime
    run_id: str
    content_hash: str | None
    body: str | None


@dataclass(frozen=True, slots=True)
class Content:
    """A body read back: the record, and what had to be dropped from it."""

    record: Record
    findings: tuple[Finding, ...]


def documents_of(
    connection: psycopg.Connection, hsa_ids: Iterable[str], sources: Sequence[str] | None = None
) -> Iterator[tuple[str, tuple[KeptDocument, ...]]]:
    """Give each unit's documents that count, unit by unit in the order of their ids; none for unknown units.

    Where `sources` are named, those of other sources are left out.
    """
    asked = {"hsa_ids": list(hsa_ids), "sources": None if sources is None else list(sources)}
    with connection.cursor(row_factory=class_row(KeptDocument)) as cursor:
        cursor.execute(EFFECTIVE, asked)
        for hsa_id, rows in groupby(cursor, key=attrgetter("hsa_id")):
            yield hsa_id, tuple(rows)


def read_content(document: KeptDocument, record_types: Mapping[str, type[Record]]) -> Content | None:
    """Return the record of a document; None where it says that the unit is gone."""
    if document.body is None:
        return None
    kept = orjson.loads(document.body)
    return Content(
        record=record_types[document.source].model_validate(kept["record"]),
        findings=tuple(Finding.model_validate(finding) for finding in kept["findings"]),
    )


class StoredDirectory:
    """What the store knows, for sources that must know it to put their questions (`sources.source.Directory`)."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def marked_units(self, scope: Scope) -> Mapping[str, str]:
        """Return HSA-id → region of the scope's units that HSA marks for Hitta vård ("Visas för" 03 or 04)."""
        return self._regions_of_units(MARKED, "hsa", scope)

    def held_units(self, source: str, scope: Scope) -> Mapping[str, str]:
        """Return HSA-id → region of the units of which `source` has a document in the scope."""
        return self._regions_of_units(HELD, source, scope)

    def _regions_of_units(self, query: str, source: str, scope: Scope) -> dict[str, str]:
        asked = {"source": source, "regions": list(scope.regions), "hsa_ids": list(scope.hsa_ids)}
        return dict(self._connection.execute(query.encode(), asked).fetchall())
