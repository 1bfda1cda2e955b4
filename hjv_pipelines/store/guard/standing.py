"""Standing holds: after a revert, complete imports of that source and region wait until somebody lets one out.

The source still says what was reverted, and its next import would bring it back. Here: which regions stand held,
what of a staged snapshot would come back, and releasing. Not here: the revert itself (`store/revert.py`), and
what is put aside (`holds.py`). An answer about single units is not held back: somebody changed that unit since.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.store.guard.judgement import Breach
from hjv_pipelines.store.told import Told

STAND = """
INSERT INTO hjv.reverts (reverted_run_id, source, region, import_id, units, reverted_at, reverted_by, reason, holds)
VALUES (%(run_id)s, %(source)s, %(region)s, %(import_id)s, %(units)s, %(now)s, %(by)s, %(reason)s, %(holds)s)
"""

STANDING = """
SELECT revert_id, reverted_run_id, source, region, import_id, units, reverted_at, reverted_by, reason
FROM hjv.reverts WHERE holds AND released_at IS NULL
"""

# Of what a revert put back in a region: units that the snapshot would make again what the reverted run made of them.
COMING_BACK = """
WITH made AS (
    SELECT hsa_id, content_hash FROM hjv.document_versions WHERE ended_by = %(import_id)s AND coverage = 'full'
), put_back AS (
    SELECT hsa_id, region FROM hjv.document_versions WHERE import_id = %(import_id)s AND coverage = 'full'
)
SELECT count(*) FROM made FULL JOIN put_back p USING (hsa_id) LEFT JOIN staged s USING (hsa_id)
WHERE made.content_hash IS NOT DISTINCT FROM s.content_hash
  AND coalesce(p.region, s.region) = %(region)s
"""

RELEASE = """
UPDATE hjv.reverts SET released_at = %(now)s, released_by = %(by)s, release_reason = %(reason)s
WHERE source = %(source)s AND region = %(region)s AND holds AND released_at IS NULL AND reverted_at < %(before)s
"""

# Who takes a revert back wants the source's word again.
RELEASE_OF_RUN = """
UPDATE hjv.reverts r SET released_at = %(now)s, released_by = %(by)s, release_reason = %(reason)s
FROM hjv.imports i
WHERE i.import_id = r.import_id AND i.run_id = %(run_id)s AND r.source = %(source)s AND r.region = %(region)s
  AND r.holds AND r.released_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A source and region whose complete imports are held back since `reverted_run_id` was reverted (UTC).

    `units` were put back, by the import `import_id`.
    """

    revert_id: int
    reverted_run_id: str
    source: str
    region: str
    import_id: int
    units: int
    reverted_at: datetime
    reverted_by: str
    reason: str


def stand(
    connection: psycopg.Connection,
    *,
    reverted_run_id: str,
    import_id: int,
    source: str,
    units: Mapping[str, int],
    told_whole: Collection[str],
    by: str,
    reason: str,
    now: datetime,
) -> tuple[Standing, ...]:
    """Note a revert of so many `units` by region, and hold back from now on the regions that the run had `told_whole`.

    Where it had only answered about units, nothing stands held. A revert of a revert releases what that one held.
    """
    noted = {"run_id": reverted_run_id, "source": source, "import_id": import_id, "by": by, "reason": reason}
    for region, number in units.items():
        asked = {**noted, "region": region, "units": number, "now": now, "holds": region in told_whole}
        connection.execute(STAND, asked)
        connection.execute(RELEASE_OF_RUN, asked)
    return tuple(one for one in standing(connection) if one.import_id == import_id)


def standing(connection: psycopg.Connection) -> list[Standing]:
    """Return all that stands held, the oldest first."""
    with connection.cursor(row_factory=class_row(Standing)) as cursor:
        return cursor.execute(STANDING + "ORDER BY revert_id").fetchall()


def standing_breaches(connection: psycopg.Connection, told: Told) -> dict[str, tuple[Breach, ...]]:
    """Return by region why what is staged stands held: how many units of a revert would be undone by it."""
    breaches: dict[str, tuple[Breach, ...]] = {}
    with connection.cursor(row_factory=class_row(Standing)) as cursor:
        held = cursor.execute(STANDING + "AND source = %(source)s AND region = ANY(%(regions)s)", told).fetchall()
    for one in held:
        asked = {"import_id": one.import_id, "region": one.region}
        row = connection.execute(COMING_BACK, asked).fetchone()
        back = int(row[0]) if row else 0
        breach = Breach("reverted", one.reverted_run_id, one.units, back)
        breaches[one.region] = (*breaches.get(one.region, ()), breach)
    return breaches


def release(connection: psycopg.Connection, source: str, region: str, by: str, reason: str, now: datetime) -> None:
    """Let imports of `source` and `region` be judged as usual again, from the next on.

    Raises `PermanentError` when nothing stands held there.
    """
    if not released_by_allowing(connection, source, region, now, by, reason, now):
        raise PermanentError(f"No revert holds back {source} in {region}. `hjv guard list` shows those that do.")


def released_by_allowing(
    connection: psycopg.Connection, source: str, region: str, as_of: datetime, by: str, reason: str, now: datetime
) -> bool:
    """Release what stands held, for a snapshot of `as_of` was let out; tell whether any revert older than it held."""
    asked = {"source": source, "region": region, "before": as_of, "by": by, "reason": reason, "now": now}
    return connection.execute(RELEASE, asked).rowcount > 0
