"""HSA's weekly time spans: `1-5#08:00#17:00[#comment[#fromDate[#toDate]]]`.

Here: the syntax. Not here: what is open when (`cards/`).

A comment may itself hold `#`. So what follows the times is read from its end: the last one or two parts are
the dates where they are empty or written as dates, and all before them is the comment, `#` included. A part
that stands alone is the comment, whatever it looks like.
"""

import re
from datetime import time
from functools import lru_cache

from hjv_pipelines.sources.hsa.dates import calendar_date
from hjv_pipelines.sources.hsa.record import TimeSpan
from hjv_pipelines.sources.reading import Reading, broken

# A `$` that begins another span, or ends the value; any other belongs to a comment.
_BETWEEN_SPANS = re.compile(r"\$(?=\s*(?:[0-9]\s*[-#]\s*[0-9]\s*#\s*[0-9]|\$|$))")
_DAYS = {str(day): day for day in range(1, 8)}
_TIME = re.compile("([0-9]{1,2}):([0-5][0-9])(?::[0-5][0-9])?")
_MIDNIGHT = 24 * 60

# Wider than a date that can be read: a slip in a date must cost the span, not turn an exception into a rule.
_MEANT_AS_DATE = re.compile("|[0-9]{6,14}Z?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")


def packed_spans(raw: str) -> list[str]:
    """Return the spans that one value holds: older directories packed several with `$` between."""
    return [span for piece in _BETWEEN_SPANS.split(raw) if (span := piece.strip())]


@lru_cache(maxsize=10_000)
def time_span(raw: str) -> Reading[TimeSpan]:
    """Return one weekly span. Rules: `time_span_syntax`, `time_span_order`, `date_impossible`."""
    match _parts(raw):
        case [from_text, to_text, opens_text, closes_text, *rest]:
            from_day, to_day = _DAYS.get(from_text.strip()), _DAYS.get(to_text.strip())
            opens, closes = _minutes(opens_text), _minutes(closes_text)
        case _:
            return broken("time_span_syntax")
    if from_day is None or to_day is None or opens is None or closes is None:
        return broken("time_span_syntax")
    comment, *limits = _comment_and_dates(rest)
    begins, ends = map(calendar_date, limits)
    if begins.broken or ends.broken:
        return broken("date_impossible")
    valid_from, valid_to = begins.value, ends.value
    if to_day < from_day or closes <= opens or (valid_from and valid_to and valid_to < valid_from):
        return broken("time_span_order")
    return Reading(
        TimeSpan(
            from_day=from_day,
            to_day=to_day,
            opens=time(*divmod(opens, 60)),
            closes=None if closes == _MIDNIGHT else time(*divmod(closes, 60)),
            comment=comment or None,
            valid_from=valid_from,
            valid_to=valid_to,
        )
    )


def _parts(raw: str) -> list[str]:
    """Return what stands between `#`, the days as two parts: `1-5#` as the directory writes it, or `1#5#`."""
    first, *others = raw.split("#")
    return [*first.split("-"), *others]


def _minutes(raw: str) -> int | None:
    """Return the minutes since midnight, up to 24:00."""
    parts = _TIME.fullmatch(raw.strip())
    minutes = int(parts[1]) * 60 + int(parts[2]) if parts else None
    return minutes if minutes is not None and minutes <= _MIDNIGHT else None


def _comment_and_dates(rest: list[str]) -> tuple[str, str, str]:
    match rest:
        case [_, *_, from_date, to_date] if _may_be_date(from_date) and _may_be_date(to_date):
            comment = rest[:-2]
        case [_, *_, from_date] if _may_be_date(from_date):
            comment, to_date = rest[:-1], ""
        case _:
            comment, from_date, to_date = rest, "", ""
    return "#".join(comment).strip(), from_date.strip(), to_date.strip()


def _may_be_date(part: str) -> bool:
    return _MEANT_AS_DATE.fullmatch(part.strip()) is not None
