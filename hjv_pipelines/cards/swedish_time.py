"""Days and clock times in Sweden, and the moments (UTC) that they are.

Here: from one to the other, also in the nights of 23 and of 25 hours. Not here: what happens at those
moments.
"""

from datetime import UTC, date, datetime, time, timedelta

from hjv_pipelines.timetable import STOCKHOLM

END_OF_DAY = "24:00"


def day_of(at: datetime) -> date:
    """Return the date in Sweden at the moment `at`."""
    return at.astimezone(STOCKHOLM).date()


def start_of(day: date) -> datetime:
    """Return the moment at which `day` begins in Sweden."""
    return datetime.combine(day, time.min, STOCKHOLM).astimezone(UTC)


def opening_moment(day: date, clock: str) -> datetime:
    """Return the moment of `day` at which something opens: the first, where the hour comes twice."""
    return datetime.combine(day, time.fromisoformat(clock), STOCKHOLM).astimezone(UTC)


def closing_moment(day: date, clock: str) -> datetime:
    """Return the moment of `day` at which something closes: the last, where the hour comes twice."""
    if clock == END_OF_DAY:
        return start_of(day + timedelta(days=1))
    local = datetime.combine(day, time.fromisoformat(clock), STOCKHOLM)
    return max(local.astimezone(UTC), local.replace(fold=1).astimezone(UTC))


def moment_text(at: datetime) -> str:
    """Return `2026-09-01 08:00`, Swedish time; UTC at the end of the calendar, which means never."""
    try:
        return at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")
    except OverflowError:
        return at.strftime("%Y-%m-%d %H:%M")
