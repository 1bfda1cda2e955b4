"""Whether a unit is open: which hours hold on a day, what that means at a moment, and when it changes.

Here: the judgement, from the hours of a card and a moment. Not here: their texts (`swedish.py`) and how they
get onto the card (`hours.py`). What is decided and assumed stands in docs/decisions/0002-hours.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from hjv_pipelines.cards.parts import OpeningSpan
from hjv_pipelines.cards.swedish_time import END_OF_DAY, closing_moment, day_of, opening_moment

HORIZON = timedelta(days=14)
"""How far ahead the next opening or closing is told."""

_WEEK = range(1, 8)

# Dates that span more than this were set for a season, and nobody thought of the red days in it.
_LONGEST_EXCEPTION = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class OpeningStatus:
    """Whether a unit is open at a moment. `uncertain`: the week says open, but it is a red day.

    `closes_at` is the moment (UTC) until which it is known to be open, `opens_at` the next one from which it
    is; none where that is more than `HORIZON` away, or not known. `red_day` is the Swedish name of what makes
    it uncertain.
    """

    state: Literal["open", "closed", "uncertain"]
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    red_day: str | None = None


@dataclass(frozen=True, slots=True)
class _Interval:
    """From one moment (UTC) up to another; `red_day` where nobody knows whether its hours are kept."""

    begins: datetime
    ends: datetime
    red_day: str | None

    def __contains__(self, at: datetime) -> bool:
        return self.begins <= at < self.ends


def status(spans: Sequence[OpeningSpan], at: datetime) -> OpeningStatus:
    """Return whether a unit with these hours is open at `at`, and when that changes."""
    intervals = _intervals(spans, day_of(at))
    certain = _joined(interval for interval in intervals if interval.red_day is None)
    horizon = at + HORIZON
    for interval in certain:
        if at in interval:
            return OpeningStatus("open", closes_at=interval.ends if interval.ends <= horizon else None)
    opens_at = next((interval.begins for interval in certain if at < interval.begins <= horizon), None)
    for interval in intervals:
        if at in interval:
            return OpeningStatus("uncertain", opens_at=opens_at, red_day=interval.red_day)
    return OpeningStatus("closed", opens_at=opens_at)


def spans_on(spans: Iterable[OpeningSpan], day: date) -> tuple[OpeningSpan, ...]:
    """Return the spans in force on `day`: the dated ones that hold on it, or else those of the week."""
    holding = tuple(span for span in spans if _holds_on(span, day))
    return tuple(span for span in holding if span.is_dated) or holding


def is_round_the_clock(spans: Sequence[OpeningSpan]) -> bool:
    """Tell whether the spans leave no minute of the week out."""
    return all(_fills_a_day([span for span in spans if span.from_day <= day <= span.to_day]) for day in _WEEK)


def red_day(day: date) -> str | None:
    """Return the Swedish name of the public holiday that `day` is; an ordinary Sunday is none."""
    return _red_days(day.year).get(day)


def _holds_on(span: OpeningSpan, day: date) -> bool:
    return span.from_day <= day.isoweekday() <= span.to_day and _is_valid_on(span, day)


def _is_valid_on(span: OpeningSpan, day: date) -> bool:
    return (span.valid_from is None or span.valid_from <= day) and (span.valid_to is None or day <= span.valid_to)


def _is_exception(span: OpeningSpan) -> bool:
    """Tell whether the span was set for just its dates, so that a red day among them is thought of."""
    first, last = span.valid_from, span.valid_to
    return first is not None and last is not None and last - first < _LONGEST_EXCEPTION


def _intervals(spans: Sequence[OpeningSpan], first: date) -> list[_Interval]:
    """Return the intervals from the day `first` until past the horizon, in order."""
    intervals = []
    for number in range(HORIZON.days + 2):
        day = first + timedelta(days=number)
        in_force = spans_on(spans, day)
        doubt = _doubt(in_force, spans, day)
        intervals += [
            _Interval(opening_moment(day, span.opens), closing_moment(day, span.closes), doubt) for span in in_force
        ]
    return sorted(intervals, key=lambda interval: (interval.begins, interval.ends))


def _doubt(in_force: Iterable[OpeningSpan], spans: Sequence[OpeningSpan], day: date) -> str | None:
    """Return the red day that makes the hours of `day` uncertain: none where they were meant for it."""
    holiday = red_day(day)
    if holiday is None or any(_is_exception(span) for span in in_force):
        return None
    usual = [span for span in spans if _is_valid_on(span, day) and not _is_exception(span)]
    return None if is_round_the_clock(usual) else holiday


def _joined(intervals: Iterable[_Interval]) -> list[_Interval]:
    """Return `intervals`, which are in order, with those that meet or overlap made one."""
    joined: list[_Interval] = []
    for interval in intervals:
        if joined and interval.begins <= joined[-1].ends:
            joined[-1] = _Interval(joined[-1].begins, max(joined[-1].ends, interval.ends), None)
        else:
            joined.append(interval)
    return joined


def _fills_a_day(spans: Sequence[OpeningSpan]) -> bool:
    edges = [("", "00:00"), *sorted((span.opens, span.closes) for span in spans), (END_OF_DAY, "")]
    reached = "00:00"
    for (_, closes), (opens, _) in pairwise(edges):
        reached = max(reached, closes)
        if opens > reached:
            return False
    return True


@lru_cache(maxsize=16)
def _red_days(year: int) -> Mapping[date, str]:
    from holidays import country_holidays

    return dict(country_holidays("SE", years=year, language="sv"))
