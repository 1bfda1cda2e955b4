"""Which complete file HSA serves at a moment.

Here: the generations of the file and the one that is served. Not here: the file itself (`hsa_file.py`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from hjv_pipelines.timetable import STOCKHOLM

GENERATION_TIMES = (time(10), time(14), time(21))
"""When HSA begins to write a file, Europe/Stockholm (source description: 1.5 hours before each import)."""

SERVED_AFTER = timedelta(hours=1, minutes=30)
"""How long after its beginning a file replaces the one before it."""

_NATION = 100_000
_NATION_TAKES = timedelta(minutes=24)


@dataclass(frozen=True, slots=True)
class Generation:
    """One writing of the file, in UTC: it holds the directory as it was at `start`, and took until `end`."""

    start: datetime
    end: datetime


def generation_served_at(at: datetime, *, units: int) -> Generation:
    """Return the generation that HSA serves at `at`, for a nation of so many `units`.

    At 11:29 that is still yesterday's of 21:00; at 11:30 it is today's of 10:00.
    """
    start = max(start for start in _starts_around(at) if start + SERVED_AFTER <= at)
    return Generation(start, start + _time_to_write(units))


def served_in_a_file_from(change: datetime) -> datetime:
    """Return the moment (UTC) from which the served file holds what the directory saw at `change`."""
    return min(start for start in _starts_around(change) if start >= change) + SERVED_AFTER


def next_file_from(at: datetime) -> datetime:
    """Return the moment (UTC) after `at` from which the next file is served."""
    return min(served for start in _starts_around(at) if (served := start + SERVED_AFTER) > at)


def _starts_around(at: datetime) -> list[datetime]:
    """Return when the generations of the day before `at`, its own day and the next one begin, in UTC."""
    today = at.astimezone(STOCKHOLM).date()
    days = (today + timedelta(days=away) for away in (-1, 0, 1))
    return [datetime.combine(day, begins, STOCKHOLM).astimezone(UTC) for day in days for begins in GENERATION_TIMES]


def _time_to_write(units: int) -> timedelta:
    """Return how long HSA takes to write so many units: some 24 minutes for the nation's 100,000."""
    return max(timedelta(seconds=1), _NATION_TAKES * min(units, _NATION) // _NATION)
