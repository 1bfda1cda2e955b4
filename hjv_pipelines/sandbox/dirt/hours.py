"""Trap 21: hours in every form that means something, and in several that mean nothing."""

from datetime import timedelta

from hjv_pipelines.sandbox import hours
from hjv_pipelines.sandbox.dirt.dirt import visible
from hjv_pipelines.sandbox.draft import Draft

_HOURS = "surgeryHour"
_GOOD = "2-2#08:00#12:00"


@visible(trap=21, often=100)
def open_round_the_clock(draft: Draft) -> None:
    """Open until 24:00, which is a time."""
    _write(draft, hours.plain(("1-7#00:00#24:00",)))


@visible(trap=21, often=100)
def days_in_two_parts(draft: Draft) -> None:
    """Write `1#5#` instead of `1-5#`, as GetUnit 5.0 counts its parts."""
    _write(draft, hours.in_two_parts(("1-4#08:00#17:00", "5-5#08:00#15:00")))


@visible(trap=21, often=200)
def lunch_gap(draft: Draft) -> None:
    """Write several spans a day."""
    _write(draft, hours.plain(("1-5#08:00#11:45", "1-5#12:45#16:30")))


@visible(trap=21, often=100)
def spans_packed_in_one_value(draft: Draft) -> None:
    """Put `$` between spans, as older directories do."""
    _write(draft, hours.packed(("1-4#08:00#17:00", "5-5#08:00#15:00", "6-6#10:00#13:00")))


@visible(trap=21, often=100)
def span_of_some_weeks(draft: Draft) -> None:
    """Add a span that holds between two dates only: now, to come, or over."""
    first = draft.surroundings.today + timedelta(days=draft.by_turns(-30, 40, -200))
    week, summer = "1-5#08:00#17:00", "1-5#10:00#14:00"
    draft.put(_HOURS, week, hours.exception(summer, "Sommartid", first, days=60))
    draft.facts["surgery_hours"] = [week, summer]


@visible(trap=21, often=30)
def span_ends_before_it_begins(draft: Draft) -> None:
    """Close before opening, or at once."""
    _spoil(draft, "time_span_order", "1-5#17:00#08:00", "5-1#08:00#17:00", "1-5#08:00#08:00")


@visible(trap=21, often=40)
def span_unreadable(draft: Draft) -> None:
    """Write what people write when nothing stops them."""
    _spoil(
        draft,
        "time_span_syntax",
        "Mån-fre 8-17",
        "1-5#8-17",
        "1-5#25:00#26:00",
        "0-8#08:00#17:00",
        "1-5#08:00",
        "1-5#08:70#17:00",
    )


@visible(trap=22, often=10)
def span_with_impossible_date(draft: Draft) -> None:
    """Begin on the 31st of November."""
    _spoil(draft, "date_impossible", "1-5#10:00#14:00#Höstlov#20101131#20101205")


def _write(draft: Draft, written: hours.Hours) -> None:
    draft.put(_HOURS, *written.raw)
    draft.facts["surgery_hours"] = list(written.spans)


def _spoil(draft: Draft, rule: str, *variants: str) -> None:
    """Put a bad span beside a good one: the good one stays."""
    bad = draft.by_turns(*variants)
    draft.put(_HOURS, _GOOD, bad)
    draft.found(_HOURS, rule, bad)
    draft.facts["surgery_hours"] = [_GOOD]
