"""How the store stands: the causes that follow from imports, holds and the inbox.

Here: the queries, and which facts explain each other, so that one thing that is wrong is one cause. Not here: what
Dagster knows (`orchestration/instance_state.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import psycopg

from hjv_pipelines.alerts.cause import Cause, held_back, inbox_age, late_import, region_failed
from hjv_pipelines.alerts.places import Places
from hjv_pipelines.freshness import MissingImport, missing_imports
from hjv_pipelines.store.guard.holds import Hold, holds
from hjv_pipelines.store.inbox.figures import depth
from hjv_pipelines.store.ledger import complete_imports
from hjv_pipelines.store.quality import LONGEST_IMPORT, FailedRegion, failed_regions
from hjv_pipelines.timetable import TimetableRow

EXPLAINED = """
SELECT DISTINCT run_id, source FROM hjv.imports
WHERE run_id = ANY(%s) AND (outcome = 'failed' OR held <> '{}')
"""


def standing_causes(
    connection: psycopg.Connection,
    timetable: Iterable[TimetableRow],
    regions: Mapping[str, tuple[str, ...]],
    now: datetime,
    places: Places,
) -> Iterator[Cause]:
    """Give what is wrong by the store's own word; `regions` has what each source that can be asked speaks of."""
    held = holds(connection)
    yield from (held_back(hold, places) for hold in held)
    began = _first_import(connection)
    for row in timetable:
        failed = failed_regions(connection, row.source, given_up=now - LONGEST_IMPORT)
        yield from _there(region_failed(row.source, failed, places))
        if began is not None and row.source in regions:
            missing = missing_imports(row, regions[row.source], complete_imports(connection, row.source), now)
            # Before the installation's first import nothing was due of it.
            unexplained = [one for one in missing if one.due >= began and not _explained(one, row.source, held, failed)]
            yield from _there(late_import(row.source, unexplained, places))
    yield from _oldest(inbox_age(waiting, now, places) for waiting in depth(connection))


def explained_steps(connection: psycopg.Connection, run_ids: list[str]) -> set[tuple[str, str]]:
    """Return the runs, with the source, of which the ledger itself says that a part failed or was held back."""
    return {(run_id, source) for run_id, source in connection.execute(EXPLAINED, (run_ids,))}


def _explained(missing: MissingImport, source: str, held: list[Hold], failed: list[FailedRegion]) -> bool:
    """Tell whether a failed or held import since it was due is why a region is late."""
    return any(
        (hold.source, hold.region) == (source, missing.region) and hold.held_at >= missing.due for hold in held
    ) or any(one.region == missing.region and one.started_at >= missing.due for one in failed)


def _first_import(connection: psycopg.Connection) -> datetime | None:
    row = connection.execute("SELECT min(started_at) FROM hjv.imports").fetchone()
    return row[0] if row else None


def _there(cause: Cause | None) -> Iterator[Cause]:
    if cause is not None:
        yield cause


def _oldest(causes: Iterable[Cause | None]) -> Iterator[Cause]:
    """Give one cause a subject: a source has hints in several states."""
    yield from {cause.subject: cause for cause in causes if cause is not None}.values()
