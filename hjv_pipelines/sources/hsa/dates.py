"""HSA's dates and moments: `YYYYMMDD`, generalizedTime and XML dateTime.

Here: from text to a date or an aware UTC moment. Not here: what begins or ends then.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from hjv_pipelines.sources.reading import Reading, broken
from hjv_pipelines.timetable import STOCKHOLM

_DATE = re.compile("([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_MOMENT = re.compile(
    _DATE.pattern
    + "(?:T?([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{2})(?:[.,]([0-9]{1,6})[0-9]*)?)?)?)?"
    + "(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def calendar_date(raw: str) -> Reading[date]:
    """Return the date of `YYYYMMDD` or `YYYY-MM-DD`; none for an empty text.

    `date_impossible` for anything else, such as 20101131.
    """
    if not raw:
        return Reading(None)
    parts = _DATE.fullmatch(raw)
    if parts is None:
        return broken("date_impossible")
    year, month, day = map(int, parts.groups())
    try:
        return Reading(date(year, month, day))
    except ValueError:
        return broken("date_impossible")


def moment(raw: str) -> Reading[datetime]:
    """Return the moment, in UTC, of generalizedTime (`20100601000000Z`), XML dateTime, or a date alone.

    A date alone is its midnight, and without a zone the text is Swedish local time. `date_impossible` for
    anything that is no moment.
    """
    parts = _MOMENT.fullmatch(raw)
    if parts is None:
        return broken("date_impossible")
    year, month, day, hour, minute, second = (int(part or 0) for part in parts.groups()[:6])
    microsecond = int((parts[7] or "").ljust(6, "0"))
    try:
        clock = time(hour, minute, second, microsecond, tzinfo=_zone(parts[8]))
        return Reading(datetime.combine(date(year, month, day), clock).astimezone(UTC))
    except (ValueError, OverflowError):
        return broken("date_impossible")


def _zone(raw: str | None) -> tzinfo:
    if raw is None:
        return STOCKHOLM
    if raw == "Z":
        return UTC
    sign = -1 if raw[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(raw[1:3]), minutes=int(raw[-2:])))
