"""Swedish words for what a card holds as numbers: days, dates, hours, ages, and the order of the alphabet.

Here: texts that people read. Not here: what they are about, and texts that a source wrote.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from hjv_pipelines.cards.parts import OpeningSpan
from hjv_pipelines.cards.swedish_time import END_OF_DAY

_DAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
# fmt: off
_MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)
# fmt: on
_ALL_DAYS = (1, 7)
_TO = "\N{EN DASH}"
_ALPHABET = str.maketrans("åäö", "{|}")


def hours_lines(spans: Sequence[OpeningSpan]) -> tuple[str, ...]:
    """Return ordered spans as lines to show, one for each set of days: Monday to Thursday, 24 December."""
    return tuple(
        _capitalised(_line(list(alike)))
        for _, alike in groupby(spans, lambda span: (span.valid_from, span.valid_to, span.from_day, span.to_day))
    )


def long_date(day: date) -> str:
    """Return `24 december 2026`."""
    return f"{_day_and_month(day)} {day.year}"


def month_and_year(day: date) -> str:
    """Return `december 2026`."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def period(first: date | None, last: date | None) -> str:
    """Return the dates from `first` to `last`, both included, as one writes them: `från 1 september 2026`."""
    if first is None:
        return f"till och med {long_date(last)}" if last else "tills vidare"
    if last is None:
        return f"från {long_date(first)}"
    if first == last:
        return long_date(first)
    if first.year != last.year:
        return f"{long_date(first)}{_TO}{long_date(last)}"
    return f"{first.day if first.month == last.month else _day_and_month(first)}{_TO}{long_date(last)}"


def ages(from_age: int, to_age: int | None, comment: str | None = None) -> str:
    """Return a range of ages in years: `Från 18 år`, `Till och med 17 år`, `Alla åldrar`."""
    match from_age, to_age:
        case 0, None:
            text = "Alla åldrar"
        case _, None:
            text = f"Från {from_age} år"
        case 0, 0:
            text = "Under 1 år"
        case 0, _:
            text = f"Till och med {to_age} år"
        case _ if from_age == to_age:
            text = f"{from_age} år"
        case _:
            text = f"{from_age}{_TO}{to_age} år"
    return _with_comment(text, comment)


def alphabetical(text: str) -> tuple[str, str]:
    """Return a key that sorts Swedish words: without regard to case, å, ä and ö last."""
    return text.casefold().translate(_ALPHABET), text


def _line(spans: Sequence[OpeningSpan]) -> str:
    """Return the line of spans that share their days and dates."""
    one = spans[0]
    days = _days(one.from_day, one.to_day)
    times = ", ".join(_times(span) for span in spans)
    if not one.is_dated:
        return times if _is_always(one) else f"{days} {times}"
    when = times if _is_always(one) or _is_for_one_day(one) else f"{days} {times}"
    return f"{period(one.valid_from, one.valid_to)}: {when}"


def _days(first: int, last: int) -> str:
    if (first, last) == _ALL_DAYS:
        return "alla dagar"
    return _DAYS[first - 1] if first == last else f"{_DAYS[first - 1]}{_TO}{_DAYS[last - 1]}"


def _times(span: OpeningSpan) -> str:
    return _with_comment("dygnet runt" if _is_whole_day(span) else f"{span.opens}{_TO}{span.closes}", span.comment)


def _is_whole_day(span: OpeningSpan) -> bool:
    return (span.opens, span.closes) == ("00:00", END_OF_DAY)


def _is_always(span: OpeningSpan) -> bool:
    return _is_whole_day(span) and (span.from_day, span.to_day) == _ALL_DAYS


def _is_for_one_day(span: OpeningSpan) -> bool:
    """Tell whether the date of the span says its weekday."""
    day = span.valid_from
    return day is not None and day == span.valid_to and span.from_day <= day.isoweekday() <= span.to_day


def _day_and_month(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _with_comment(text: str, comment: str | None) -> str:
    return f"{text} ({comment})" if comment else text


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
