"""`hjv timetable`: every import of the source description, when it runs, and when it last told everything.

Here: the timetable joined with the import ledger, as the fixed JSON of design 6 and as tables for people. Not here: the
timetable itself (`timetable.py`), and judging whether an import is late (the freshness checks).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from hjv_pipelines.failures import HjvError
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import build_sources, missing_addresses
from hjv_pipelines.store.database import connect, database
from hjv_pipelines.store.ledger import LastComplete, last_complete
from hjv_pipelines.timetable import STOCKHOLM, TIMETABLE, UNIT_REGISTER, TimetableRow, next_import, sharing

if TYPE_CHECKING:
    from rich.console import Console

_ROWS = (*TIMETABLE, UNIT_REGISTER)

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ScheduledImport:
    """A row of the timetable at a moment: its `next` time, and the last complete import of each of its regions.

    `complete` holds every region that the source speaks of, `None` where it never told everything. `missing` are the
    environment variables without which the source is off.
    """

    row: TimetableRow
    next: datetime
    complete: dict[str, LastComplete | None]
    missing: tuple[str, ...]

    def as_dict(self, now: datetime) -> dict[str, Any]:
        """Return it for JSON: moments with their offset (Swedish for `next`), ages in seconds since `as_of`."""
        return {
            "source": self.row.source,
            "importer": self.row.importer,
            "times": [f"{moment:%H:%M}" for moment in self.row.times],
            "schedule": self.row.schedule,
            "cron": self.row.cron(),
            "timezone": STOCKHOLM.key,
            "expected_minutes": round(self.row.expected / timedelta(minutes=1)),
            "together": {f"{moment:%H:%M}": list(sources) for moment, sources in sharing(self.row, _ROWS).items()},
            "next": self.next.isoformat(),
            "missing_settings": list(self.missing),
            "regions": {region: _complete(last, now) for region, last in self.complete.items()},
        }


def scheduled_imports(settings: Settings, complete: Iterable[LastComplete], now: datetime) -> list[ScheduledImport]:
    """Return the timetable at `now`, in its order, then KKA's; `complete` is what the ledger knows."""
    known = {(last.source, last.region): last for last in complete}
    sources, missing = build_sources(settings), missing_addresses(settings)
    return [
        ScheduledImport(
            row=row,
            next=next_import(row, now),
            complete={
                region: known.get((row.source, region))
                for region in (sources[row.source].regions if row.source in sources else REGION_KEYS)
            },
            missing=missing.get(row.source, ()),
        )
        for row in _ROWS
    ]


def known_imports(settings: Settings) -> tuple[list[LastComplete], str]:
    """Return what the ledger knows of complete imports, and why it knows nothing where it cannot be asked."""
    if settings.database_url is None and not (settings.home / "postgres").exists():
        return [], "Nothing is imported yet: run `hjv up` or `hjv once`."
    try:
        with database(settings) as url, connect(url) as connection:
            return last_complete(connection), ""
    except HjvError as error:
        return [], str(error)


def print_timetable(console: "Console", imports: Sequence[ScheduledImport], now: datetime) -> None:
    """Print when each source is imported, what goes together, and how old each region's last complete import is.

    All of it fits 80 columns: the sources are numbered, and stand by their numbers over the ages.
    """
    from rich.table import Table  # for people: Dagster's code location wants the imports alone

    numbered = list(enumerate(imports, start=1))
    table = Table("", "source", "times", "next", "complete", title="Timetable, Swedish time", title_justify="left")
    for number, scheduled in numbered:
        told = [last for last in scheduled.complete.values() if last]
        table.add_row(
            str(number),
            scheduled.row.source,
            ", ".join(f"{moment:%H:%M}" for moment in scheduled.row.times),
            f"off: set {' and '.join(scheduled.missing)}" if scheduled.missing else f"{scheduled.next:%Y-%m-%d %H:%M}",
            f"{len(told)} of {len(scheduled.complete)}",
        )
    console.print(table)
    console.print("In one run:", highlight=False)
    for moment, sources in _together(scheduled.row for scheduled in imports):
        console.print(f"{moment:%H:%M}  {', '.join(sources)}", highlight=False)
    ages = Table(title="Since the last complete import, by the sources' numbers", title_justify="left", box=None)
    ages.padding = (0, 1, 0, 0)
    ages.add_column("region", no_wrap=True)
    for number, _ in numbered:
        ages.add_column(str(number), justify="right")
    for region in REGION_KEYS:
        ages.add_row(region, *(_age(scheduled, region, now) for scheduled in imports))
    console.print(ages)
    console.print("m: minutes, h: hours, d: days, -: the source says nothing of that region", highlight=False)


def _together(rows: Iterable[TimetableRow]) -> list[tuple[time, list[str]]]:
    """Return the moments of a day at which several of `rows` are imported, and these."""
    due: dict[time, list[str]] = {}
    for row in rows:
        for moment in row.times:
            due.setdefault(moment, []).append(row.source)
    return sorted((moment, sources) for moment, sources in due.items() if len(sources) > 1)


def _complete(last: LastComplete | None, now: datetime) -> dict[str, Any] | None:
    if last is None:
        return None
    return {
        "imported_at": last.imported_at.isoformat(),
        "as_of": last.as_of.isoformat(),
        "age_seconds": round((now - last.as_of).total_seconds()),
    }


def _age(scheduled: ScheduledImport, region: str, now: datetime) -> str:
    """Return how long ago a region was imported whole; a dash where the source says nothing of it."""
    if region not in scheduled.complete:
        return "-"
    last = scheduled.complete[region]
    if last is None:
        return "never"
    age = now - last.imported_at
    if age < _HOUR:
        return f"{age // timedelta(minutes=1)} m"
    return f"{age // _HOUR} h" if age < 2 * _DAY else f"{age // _DAY} d"
