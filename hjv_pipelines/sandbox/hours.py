"""Weekly hours as units write them: the same hours in every form that the directory's syntax allows.

Here: the raw values, and beside them the spans that they mean. Not here: which unit has which (`kinds.py`).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

WEEKS: dict[str, tuple[tuple[str, ...], ...]] = {
    "office": (
        ("1-5#08:00#17:00",),
        ("1-5#07:45#16:45",),
        ("1-4#08:00#17:00", "5-5#08:00#15:00"),
        ("1-5#08:00#12:00", "1-5#13:00#16:30"),
    ),
    "clinic": (
        ("1-5#08:00#16:30",),
        ("1-1#08:00#11:30", "1-1#12:30#18:00", "2-5#08:00#11:30", "2-5#12:30#16:00"),
        ("1-2#09:00#15:00", "4-4#09:00#15:00"),
        ("3-3#13:00#16:00",),
    ),
    "evening": (
        ("1-1#13:00#18:00", "2-5#10:00#15:00"),
        ("1-4#11:00#18:30",),
    ),
    "late": (
        ("1-5#17:00#22:00", "6-7#10:00#22:00"),
        ("1-7#08:00#22:00",),
    ),
    "always": (("1-7#00:00#24:00",),),
}
"""Plausible weeks by habit. A week is spans in the form that the manifest uses too."""

TELEPHONE_WEEKS = (
    ("1-5#08:00#16:00",),
    ("1-5#08:00#11:30", "1-5#13:00#15:00"),
    ("1-5#07:30#12:00",),
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours as the directory has them, and the `spans` that they mean."""

    raw: tuple[str, ...]
    spans: tuple[str, ...]


def as_written(random: Random, week: tuple[str, ...]) -> Hours:
    """Return a week in one of the directory's forms, mostly the common one."""
    form = random.choices((plain, in_two_parts, packed, commented), weights=(85, 5, 5, 5))[0]
    return form(week)


def plain(week: tuple[str, ...]) -> Hours:
    """Return one value a span: `1-5#08:00#17:00`."""
    return Hours(week, week)


def in_two_parts(week: tuple[str, ...]) -> Hours:
    """Return the days as two parts: `1#5#08:00#17:00`."""
    return Hours(tuple(span.replace("-", "#", 1) for span in week), week)


def packed(week: tuple[str, ...]) -> Hours:
    """Return all spans in one value, as older directories do: `1-4#08:00#17:00$5-5#08:00#15:00`."""
    return Hours(("$".join(week),), week)


def commented(week: tuple[str, ...]) -> Hours:
    """Return every span with a comment: `1-5#08:00#17:00#Lunchstängt röda dagar`."""
    return Hours(tuple(f"{span}#Stängt röda dagar" for span in week), week)


def exception(span: str, comment: str, first: date, days: int) -> str:
    """Return a span that holds from `first` for so many `days`."""
    return f"{span}#{comment}#{first:%Y%m%d}#{first + timedelta(days=days):%Y%m%d}"
