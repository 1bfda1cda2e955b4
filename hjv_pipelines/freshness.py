"""Which imports are missing: complete imports, region by region, against the timetable (rule 8).

The refresh of a unit says nothing of the others, and one region imported by hand says nothing of the rest: neither
makes a late national import look on time. Here: the judgement, pure. Not here: the ledger's rows (`store/ledger.py`)
and who is told (`orchestration/`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hjv_pipelines.store.ledger import CompleteImport
from hjv_pipelines.timetable import STOCKHOLM, TimetableRow

CLOCK_MARGIN = timedelta(minutes=10)
"""A source's clock and ours, and the start of its work, may differ by so much."""


@dataclass(frozen=True, slots=True)
class MissingImport:
    """A region of which the import due at `due` (UTC) has not come, though it should have by now.

    `last` is the last complete import that there was: what stands meanwhile is as old as its `as_of`.
    Where `last` came after `due`, its content is too old: the source served an old answer again.
    """

    region: str
    due: datetime
    last: CompleteImport | None

    def __str__(self) -> str:
        """Say what is missing, how late, and what stands meanwhile."""
        due = f"the import of {_swedish(self.due)}"
        if self.last is None:
            return f"{self.region}: {due} is missing, and there was none before"
        standing = f"what stands meanwhile is of {_swedish(self.last.as_of)}"
        if self.last.started_at >= self.due:
            return f"{self.region}: {due} brought an old answer; {standing}"
        return f"{self.region}: {due} is missing; {standing}"


def last_due(row: TimetableRow, now: datetime) -> datetime:
    """Return the time (UTC) of the last import of `row` that should be done by `now`."""
    today = now.astimezone(STOCKHOLM).date()
    moments = (
        datetime.combine(today - timedelta(days=days), moment, tzinfo=STOCKHOLM).astimezone(UTC)
        for days in (0, 1)
        for moment in sorted(row.times, reverse=True)
    )
    return next(moment for moment in moments if moment + row.expected <= now)


def missing_imports(
    row: TimetableRow, regions: Iterable[str], imports: Mapping[str, CompleteImport], now: datetime
) -> list[MissingImport]:
    """Return those of `regions` whose last complete import, in `imports` by region, is not the one that was due."""
    due = last_due(row, now)
    oldest = due - row.content_age - CLOCK_MARGIN
    return [
        MissingImport(region, due, imports.get(region))
        for region in regions
        if not _on_time(imports.get(region), due, oldest)
    ]


def _on_time(last: CompleteImport | None, due: datetime, oldest: datetime) -> bool:
    return last is not None and last.started_at >= due and last.as_of >= oldest


def _swedish(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
