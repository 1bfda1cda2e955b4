"""When each source is imported: the source description's timetable as data.

Here: the rows, and what derives from them alone (clock times, cron lines). Schedules, deadlines, documentation
and the first page of the UI are made from these rows. Not here: how a source is asked (`sources/`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
"""The time zone of the timetable, and of everything that a person reads."""


@dataclass(frozen=True, slots=True)
class TimetableRow:
    """A source's imports of a day: `times` in Europe/Stockholm, and how long one is expected to take.

    `content_age` is how old the content is by then: HSA's file is begun one and a half hours before its import.
    `importer` names who imports where that is not Hitta vård.
    """

    source: str
    times: tuple[time, ...]
    expected: timedelta
    content_age: timedelta = timedelta(0)
    importer: str = "Hitta vård"

    @property
    def schedule(self) -> str:
        """Return the name of its schedule in Dagster."""
        return f"{self.source}_timetable"

    def cron(self) -> str:
        """Return the cron line that fires at every one of `times`; they share their minute or stand in one line each.

        Cron cannot say 11:30 and 22:00 in one line; rows of the source description share the minute.
        """
        minutes = {moment.minute for moment in self.times}
        if len(minutes) != 1:
            raise ValueError(f"{self.source}: the times of a row share their minute, not {sorted(minutes)}")
        hours = ",".join(str(moment.hour) for moment in self.times)
        return f"{minutes.pop()} {hours} * * *"


TIMETABLE = (
    TimetableRow("listing", (time(1, 0),), timedelta(minutes=10)),
    TimetableRow("patient_survey", (time(1, 0),), timedelta(minutes=10)),
    TimetableRow("waiting_times", (time(1, 0),), timedelta(minutes=10)),
    TimetableRow("waiting_times_skane", (time(1, 0),), timedelta(minutes=10)),
    TimetableRow("vaccinera", (time(10, 0), time(14, 0), time(23, 0)), timedelta(minutes=1)),
    TimetableRow("eservices", (time(11, 0), time(15, 0), time(23, 0)), timedelta(minutes=10)),
    TimetableRow("hsa", (time(11, 30), time(15, 30), time(22, 30)), timedelta(minutes=10), timedelta(minutes=90)),
    TimetableRow("offerings", (time(23, 0),), timedelta(minutes=10)),
    TimetableRow("kka", (time(23, 0),), timedelta(minutes=10)),
)
"""Every import, every day, weekends included (source description, "Importschema HJV"); in the order of the clock."""

UNIT_REGISTER = TimetableRow(
    "kka_unit_register",
    (time(11, 30), time(15, 30), time(23, 30)),
    timedelta(minutes=15),
    timedelta(minutes=150),
    importer="KKA",
)
"""When KKA fetches units (source description, "Importschema KKA"): by then its register is made anew.

At 11:30 and 15:30 it is made of the file that HSA's import of that minute brings, at 23:30 of the one of 22:30, begun
at 21:00. How long it may take is not described: HSA's ten minutes, and time to make it.
"""


def timetable_row(source: str) -> TimetableRow:
    """Return the row of `source`."""
    return next(row for row in TIMETABLE if row.source == source)


def moment_of(day: date, clock: time) -> datetime:
    """Return when the clock shows `clock` on `day` in Sweden, as Dagster's cron has it in the two nights of a year.

    Of an hour that comes twice it is the second. In the hour that is left out it is that hour's end.
    """
    moment = datetime.combine(day, clock.replace(fold=1), tzinfo=STOCKHOLM)
    shown = datetime.combine(day, clock, tzinfo=STOCKHOLM).astimezone(UTC).astimezone(STOCKHOLM)
    return moment if shown.time() == clock else shown.replace(minute=0)


def is_due(row: TimetableRow, moment: datetime) -> bool:
    """Tell whether `row` is imported at exactly the moment `moment`."""
    day = moment.astimezone(STOCKHOLM).date()
    return any(moment_of(day, clock).astimezone(UTC) == moment.astimezone(UTC) for clock in row.times)


def next_import(row: TimetableRow, after: datetime) -> datetime:
    """Return the first time of `row` after the moment `after`, in Swedish time."""
    today = after.astimezone(STOCKHOLM).date()
    moments = (moment_of(today + timedelta(days=days), clock) for days in (0, 1) for clock in sorted(row.times))
    return next(moment for moment in moments if moment.astimezone(UTC) > after.astimezone(UTC))


def sharing(row: TimetableRow, timetable: Iterable[TimetableRow]) -> dict[time, tuple[str, ...]]:
    """Return the other sources of `timetable` that are imported at each of the times that `row` shares with any."""
    others = [other for other in timetable if other.source != row.source]
    together = {clock: tuple(other.source for other in others if clock in other.times) for clock in row.times}
    return {clock: sources for clock, sources in together.items() if sources}


def import_with(row: TimetableRow, change: datetime) -> datetime:
    """Return when the first import of `row` that has a change made at `change` should be done, in Swedish time.

    The change must be there when the source puts its content together, `content_age` before the import.
    """
    return next_import(row, change + row.content_age) + row.expected
