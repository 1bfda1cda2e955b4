"""A store as it was: its documents at a moment, and the imports of a time, to be told to another store.

Here: reading them from one store and telling them to another. Not here: raw inputs (`raw/`), and the replay of a day
(`replaying/replay.py` of the package).
"""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.sources.source import Coverage, Scope
from hjv_pipelines.store.ledger import Run, begin_import
from hjv_pipelines.store.merge import merge_staged
from hjv_pipelines.store.staging import STAGING_TABLE
from hjv_pipelines.store.told import Told
from hjv_pipelines.timetable import UNIT_REGISTER

OPENING = Run("opening", "replay")
"""The run that tells a replay what the day began with."""

# A person decided: a hold was let out, or a run reverted. No source was asked. KKA's unit register stands in the ledger
# too: it is made of the store, and nothing is made of it.
IMPORTS = """
SELECT i.import_id, i.source, i.regions, i.hsa_ids, i.run_id, i.trigger, i.ended_at, i.as_of, i.fetched_at, i.held,
    i.trigger = 'revert' OR EXISTS (
        SELECT FROM hjv.holds h WHERE h.state = 'allowed' AND h.source = i.source AND h.as_of = i.as_of
            AND i.regions = ARRAY[h.region] AND h.import_id <> i.import_id) AS is_decision
FROM hjv.imports i
WHERE i.outcome = 'done' AND i.source <> %(register)s AND i.ended_at >= %(start)s AND i.ended_at < %(end)s
ORDER BY i.ended_at, i.import_id
"""

HELD_THEN = """
SELECT v.source, v.hsa_id, v.coverage, v.region, v.as_of, v.content_hash, k.body
FROM hjv.document_versions v LEFT JOIN hjv.contents k USING (content_hash)
WHERE v.valid_from < %(at)s AND (v.valid_to IS NULL OR v.valid_to >= %(at)s)
"""

TOLD_THEN = """
SELECT i.source, told.region, max(i.as_of)
FROM hjv.imports i CROSS JOIN unnest(i.regions) AS told (region)
WHERE i.outcome = 'done' AND i.ended_at < %(at)s AND told.region <> ALL (i.held) GROUP BY i.source, told.region
"""

HELD_TABLE = """
CREATE TEMPORARY TABLE held_then (
    source text, hsa_id text COLLATE "C", coverage text, region text, as_of timestamptz,
    content_hash text COLLATE "C", body text
) ON COMMIT DROP
"""

TOLD_TABLE = "CREATE TEMPORARY TABLE told_then (source text, region text, as_of timestamptz) ON COMMIT DROP"

OPEN_IMPORTS = """
INSERT INTO hjv.imports (source, regions, hsa_ids, run_id, trigger, started_at, ended_at, as_of, fetched_at, outcome)
SELECT source, '{}', '{}', %(run_id)s, %(trigger)s, %(at)s, %(at)s, %(at)s, %(at)s, 'done'
FROM (SELECT source FROM held_then UNION SELECT source FROM told_then) sources
"""

OPEN_CONTENTS = """
INSERT INTO hjv.contents (content_hash, body)
SELECT DISTINCT ON (content_hash) content_hash, body FROM held_then WHERE content_hash IS NOT NULL
ON CONFLICT DO NOTHING
"""

OPEN_SNAPSHOTS = """
INSERT INTO hjv.complete_snapshots (source, region, as_of, import_id)
SELECT t.source, t.region, t.as_of, i.import_id FROM told_then t JOIN hjv.imports i USING (source)
WHERE i.run_id = %(run_id)s
"""

# Each counted then: so it was named no earlier than its region's last complete snapshot.
OPEN_DOCUMENTS = """
INSERT INTO hjv.documents
    (source, hsa_id, coverage, region, as_of, named_as_of, fetched_at, import_id, content_hash)
SELECT h.source, h.hsa_id, h.coverage, h.region, h.as_of, greatest(h.as_of, t.as_of), h.as_of, i.import_id,
    h.content_hash
FROM held_then h JOIN hjv.imports i ON i.source = h.source AND i.run_id = %(run_id)s
LEFT JOIN told_then t ON t.source = h.source AND t.region = h.region
"""

OPEN_VERSIONS = """
INSERT INTO hjv.document_versions (source, hsa_id, coverage, region, content_hash, as_of, import_id, valid_from)
SELECT h.source, h.hsa_id, h.coverage, h.region, h.content_hash, h.as_of, i.import_id, %(at)s
FROM held_then h JOIN hjv.imports i ON i.source = h.source AND i.run_id = %(run_id)s
"""

# What an import began counts; what it ended without beginning another is gone.
CHANGED_BY = """
SELECT DISTINCT ON (v.hsa_id) v.hsa_id, v.region, v.content_hash, k.body
FROM (
    SELECT hsa_id, region, content_hash, 1 AS rank FROM hjv.document_versions
    WHERE import_id = %(import_id)s AND source = %(source)s AND coverage = %(coverage)s
    UNION ALL
    SELECT hsa_id, region, NULL, 2 FROM hjv.document_versions
    WHERE ended_by = %(import_id)s AND source = %(source)s AND coverage = %(coverage)s
) v LEFT JOIN hjv.contents k USING (content_hash) ORDER BY v.hsa_id, v.rank
"""


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import that was merged at `ended_at` (UTC), but for the regions `held` back.

    Where it `is_decision`, a person made it and no source was asked.
    """

    import_id: int
    source: str
    regions: list[str]
    hsa_ids: list[str]
    run_id: str
    trigger: str
    ended_at: datetime
    as_of: datetime
    fetched_at: datetime
    held: list[str]
    is_decision: bool

    @property
    def scope(self) -> Scope:
        """Return what was asked for."""
        return Scope(tuple(self.regions), tuple(self.hsa_ids))

    @property
    def run(self) -> Run:
        """Return by whom."""
        return Run(self.run_id, self.trigger)


def imports_between(connection: psycopg.Connection, start: datetime, end: datetime) -> list[PastImport]:
    """Return the sources' imports that were merged from `start` until `end`, in the order of their merges."""
    with connection.cursor(row_factory=class_row(PastImport)) as cursor:
        asked = {"start": start, "end": end, "register": UNIT_REGISTER.source}
        return cursor.execute(IMPORTS, asked).fetchall()


def open_store(origin: psycopg.Connection, replica: psycopg.Connection, at: datetime) -> int:
    """Tell the empty store `replica` what `origin` held at a moment; return how many documents that are."""
    asked = {"at": at, "run_id": OPENING.run_id, "trigger": OPENING.trigger}
    with replica.transaction(), origin.transaction():
        replica.execute(HELD_TABLE)
        replica.execute(TOLD_TABLE)
        with replica.cursor().copy("COPY held_then FROM STDIN") as copy, origin.cursor("held_then") as held:
            for row in held.execute(HELD_THEN, asked):
                copy.write_row(row)
        with replica.cursor().copy("COPY told_then FROM STDIN") as copy:
            for row in origin.execute(TOLD_THEN, asked):
                copy.write_row(row)
        replica.execute(OPEN_IMPORTS, asked)
        replica.execute(OPEN_CONTENTS)
        replica.execute(OPEN_SNAPSHOTS, asked)
        opened = replica.execute(OPEN_DOCUMENTS, asked).rowcount
        replica.execute(OPEN_VERSIONS, asked)
    replica.execute("ANALYZE hjv.documents")
    return opened


def tell_what_it_changed(origin: psycopg.Connection, replica: psycopg.Connection, past: PastImport) -> None:
    """Tell `replica` what an import of `origin` changed, as answers about those units: it asks no source."""
    coverages: tuple[Coverage, ...] = ("full", "partial")
    for coverage in coverages:
        asked = {"import_id": past.import_id, "source": past.source, "coverage": coverage}
        changed = origin.execute(CHANGED_BY, asked).fetchall()
        if changed:
            _tell(replica, past, coverage, changed)


def _tell(
    replica: psycopg.Connection, past: PastImport, coverage: Coverage, changed: list[tuple[str, str, str, str]]
) -> None:
    units = [hsa_id for hsa_id, *_ in changed]
    scope = Scope(hsa_ids=tuple(units))
    with replica.transaction():
        replica.execute(STAGING_TABLE)
        with replica.cursor().copy("COPY staged (hsa_id, region, content_hash, body, place) FROM STDIN") as copy:
            for hsa_id, region, content_hash, body in changed:
                if content_hash is not None:
                    copy.write_row((hsa_id, region, content_hash, body, ""))
        replica.execute("ANALYZE staged")
        told = Told(
            source=past.source,
            coverage=coverage,
            as_of=past.as_of,
            fetched_at=past.fetched_at,
            import_id=begin_import(replica, past.source, scope, past.run, past.ended_at),
            regions=[],
            hsa_ids=units,
            now=past.ended_at,
        )
        merge_staged(replica, told, scope, lambda: past.ended_at)
