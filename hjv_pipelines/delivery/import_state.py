"""How each source's imports stand: when they are due, when the last one was whole, and whether one is missing.

Here: the timetable joined with the ledger, for a page. Not here: the judgement (`freshness.py`) and the
timetable (`timetable.py`).
"""

from dataclasses import dataclass
from datetime import datetime

import psycopg

from hjv_pipelines.freshness import missing_imports
from hjv_pipelines.reports.timetable import ScheduledImport, scheduled_imports
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.store.ledger import complete_imports, last_complete


@dataclass(frozen=True, slots=True)
class ImportState:
    """A source's imports at a moment; times in UTC but for the timetable's own.

    `oldest_import` and `oldest_content` are those of the region that was imported longest ago: no card is older than
    that. `missing` counts the regions of which the import that was due has not come.
    """

    source: str
    times: tuple[str, ...]
    next: datetime
    oldest_import: datetime | None
    oldest_content: datetime | None
    regions: int
    missing: int
    missing_settings: tuple[str, ...]


def import_states(connection: psycopg.Connection, settings: Settings, now: datetime) -> list[ImportState]:
    """Return the state of every source's imports, in the timetable's order."""
    return [
        _state(connection, scheduled, now)
        for scheduled in scheduled_imports(settings, last_complete(connection), now)
        if scheduled.row.source in REGISTRATIONS  # KKA's register is made of HSA's units, not asked of a source
    ]


def _state(connection: psycopg.Connection, scheduled: ScheduledImport, now: datetime) -> ImportState:
    row, told = scheduled.row, [last for last in scheduled.complete.values() if last]
    imports = complete_imports(connection, row.source)
    return ImportState(
        source=row.source,
        times=tuple(f"{moment:%H:%M}" for moment in row.times),
        next=scheduled.next,
        oldest_import=min((last.imported_at for last in told), default=None),
        oldest_content=min((last.as_of for last in told), default=None),
        regions=len(scheduled.complete),
        missing=len(missing_imports(row, scheduled.complete, imports, now)),
        missing_settings=scheduled.missing,
    )
