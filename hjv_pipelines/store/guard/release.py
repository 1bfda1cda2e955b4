"""An operator's decision about a hold: allowed, exactly what was shown is merged; rejected, it is forgotten.

Here: both, with who decided and why, in the ledger and in the hold. Not here: publishing what was merged (`flow.py`).
"""

from collections.abc import Callable
from datetime import datetime

import psycopg

from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.guard.holds import Hold, end, hold_of
from hjv_pipelines.store.guard.standing import released_by_allowing
from hjv_pipelines.store.ledger import ImportResult, Run, begin_import
from hjv_pipelines.store.merge import TAKE_TURNS, merge_staged
from hjv_pipelines.store.staging import STAGING_TABLE
from hjv_pipelines.store.told import Told

STAGE_HELD = """
INSERT INTO staged (hsa_id, region, content_hash, body, place, findings)
SELECT d.hsa_id, coalesce(d.region, h.region), d.content_hash, c.body, d.place, d.findings
FROM hjv.held_documents d JOIN hjv.holds h USING (hold_id) JOIN hjv.contents c USING (content_hash)
WHERE d.hold_id = %s
"""

# The operator's word sets a new height: later snapshots are judged against this one.
REMEMBER = """
INSERT INTO hjv.measures (source, region, as_of, measured)
SELECT source, region, as_of, measured FROM hjv.holds WHERE hold_id = %s
ON CONFLICT (source, region, as_of) DO UPDATE SET measured = excluded.measured
"""


def allow(
    connection: psycopg.Connection, hold_id: int, by: str, reason: str, run: Run, clock: Callable[[], datetime]
) -> ImportResult:
    """Merge what is held back, as it was when its source said it.

    What newer snapshots and notifications told since stays. A revert that held it back does so no more. Raises
    `PermanentError` when it is not held any more.
    """
    with connection.transaction():
        hold = hold_of(connection, hold_id)
        import_id = begin_import(connection, hold.source, Scope(regions=(hold.region,)), run, clock())
        result = merge_held(connection, hold, import_id, clock)
        connection.execute(REMEMBER, (hold_id,))
        end(connection, hold_id, "allowed", by, reason, clock())
        released_by_allowing(connection, hold.source, hold.region, hold.as_of, by, reason, clock())
    return result


def merge_held(
    connection: psycopg.Connection, hold: Hold, import_id: int, clock: Callable[[], datetime]
) -> ImportResult:
    """Merge the documents of `hold`. Must run inside a transaction."""
    connection.execute(STAGING_TABLE)
    connection.execute(STAGE_HELD, (hold.hold_id,))
    connection.execute("ANALYZE staged")
    connection.execute(TAKE_TURNS, {"source": hold.source})
    told = Told(
        source=hold.source,
        coverage=hold.coverage,
        as_of=hold.as_of,
        fetched_at=hold.fetched_at,
        import_id=import_id,
        regions=[hold.region],
        hsa_ids=[],
        now=clock(),
    )
    return merge_staged(connection, told, Scope(regions=(hold.region,)), clock)


def reject(connection: psycopg.Connection, hold_id: int, by: str, reason: str, now: datetime) -> None:
    """Forget what is held back; the next import of that region is judged anew.

    Raises `PermanentError` when it is not held any more.
    """
    with connection.transaction():
        end(connection, hold_id, "rejected", by, reason, now)
