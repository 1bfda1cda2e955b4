"""Hours on the card: in order, without those that have ended, and in words that a Swede would use."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.cards.hours import hours_from
from hjv_pipelines.sources.hsa.record import TimeSpan
from hjv_pipelines_tests.cards.units import a_time_span, time_spans

TODAY = date(2026, 3, 11)


def lines(*spans: TimeSpan) -> tuple[str, ...]:
    hours = hours_from(spans, TODAY)
    return hours.lines if hours else ()


@pytest.mark.parametrize(
    ("days", "opens", "closes", "changes", "line"),
    [
        ("1-4", "08:00", "16:00", {}, "Måndag–torsdag 08:00–16:00"),
        (
            "5-5",
            "08:00",
            "15:00",
            {"comment": "endast bokade besök"},
            "Fredag 08:00–15:00 (endast bokade besök)",
        ),
        ("1-7", "07:00", "22:00", {}, "Alla dagar 07:00–22:00"),
        ("1-7", "00:00", "24:00", {}, "Dygnet runt"),
        ("1-5", "00:00", "24:00", {}, "Måndag–fredag dygnet runt"),
        ("6-7", "20:00", "24:00", {}, "Lördag–söndag 20:00–24:00"),
    ],
)
def test_weekly_hours_read_as_a_swede_writes_them(
    days: str, opens: str, closes: str, changes: dict[str, Any], line: str
) -> None:
    """Trap 21: `1-7#00:00#24:00` among them."""
    assert lines(a_time_span(days, opens, closes, **changes)) == (line,)


@pytest.mark.parametrize(
    ("days", "first", "last", "line"),
    [
        ("1-7", date(2026, 12, 24), date(2026, 12, 24), "24 december 2026: 09:00–12:00"),
        ("1-5", date(2026, 6, 1), date(2026, 8, 31), "1 juni–31 augusti 2026: måndag–fredag 09:00–12:00"),
        (
            "1-5",
            date(2026, 12, 21),
            date(2027, 1, 6),
            "21 december 2026–6 januari 2027: måndag–fredag 09:00–12:00",
        ),
        ("1-5", date(2026, 9, 1), None, "Från 1 september 2026: måndag–fredag 09:00–12:00"),
        ("1-5", None, date(2026, 8, 31), "Till och med 31 augusti 2026: måndag–fredag 09:00–12:00"),
    ],
)
def test_dated_hours_tell_their_dates(days: str, first: date | None, last: date | None, line: str) -> None:
    assert lines(a_time_span(days, "09:00", "12:00", valid_from=first, valid_to=last)) == (line,)


def test_a_weekday_that_the_date_is_not_is_told() -> None:
    christmas_eve = date(2026, 12, 24)  # a Thursday
    friday = a_time_span("5-5", "09:00", "12:00", valid_from=christmas_eve, valid_to=christmas_eve)
    assert lines(friday) == ("24 december 2026: fredag 09:00–12:00",)


def test_several_spans_of_the_same_days_share_a_line() -> None:
    """Trap 21: several spans a day."""
    assert lines(a_time_span("1-5", "13:00", "16:00"), a_time_span("1-5", "08:00", "12:00", comment="drop-in")) == (
        "Måndag–fredag 08:00–12:00 (drop-in), 13:00–16:00",
    )


def test_the_week_stands_before_the_dates_and_each_in_the_order_of_time() -> None:
    summer = a_time_span("1-5", "08:00", "15:00", valid_from=date(2026, 6, 1), valid_to=date(2026, 8, 31))
    easter = a_time_span("1-7", "10:00", "14:00", valid_from=date(2026, 4, 3), valid_to=date(2026, 4, 6))
    friday, week = a_time_span("5-5", "08:00", "15:00"), a_time_span("1-4", "08:00", "17:00")
    assert lines(summer, friday, easter, week) == (
        "Måndag–torsdag 08:00–17:00",
        "Fredag 08:00–15:00",
        "3–6 april 2026: alla dagar 10:00–14:00",
        "1 juni–31 augusti 2026: måndag–fredag 08:00–15:00",
    )


def test_dated_hours_stay_until_they_have_ended() -> None:
    until_today = a_time_span("1-7", "10:00", "14:00", valid_from=date(2026, 3, 1), valid_to=TODAY)
    assert hours_from([until_today], TODAY) is not None
    assert hours_from([until_today], date(2026, 3, 12)) is None


def test_hours_that_are_given_twice_are_told_once() -> None:
    assert lines(a_time_span("1-5", "08:00", "16:00"), a_time_span("1-5", "08:00", "16:00")) == (
        "Måndag–fredag 08:00–16:00",
    )


@given(st.lists(time_spans(), max_size=5).flatmap(lambda spans: st.tuples(st.just(spans), st.permutations(spans))))
def test_the_order_in_which_the_directory_gives_its_values_does_not_matter(
    both: tuple[list[TimeSpan], list[TimeSpan]],
) -> None:
    one, other = both
    assert hours_from(one, TODAY) == hours_from(other, TODAY)
