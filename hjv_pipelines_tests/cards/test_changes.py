"""The next moment when the clock alone changes a card is known beforehand, and none is missed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.canonical import canonical_json
from hjv_pipelines.cards.changes import next_change
from hjv_pipelines.sources.hsa.record import Notice, UnitFunction
from hjv_pipelines_tests.cards.units import (
    NOON,
    a_time_span,
    a_unit,
    built,
    facts_of,
    moments,
    the_card,
    time_spans,
)

TOMORROW = NOON + timedelta(days=1)
MIDNIGHT = datetime(2026, 3, 11, 23, 0, tzinfo=UTC)
"""The night after `NOON`, in Sweden."""

ENDING_TODAY = (a_time_span("1-7", "08:00", "16:00", valid_to=date(2026, 3, 11)),)


@pytest.mark.parametrize(
    ("changes", "moment"),
    [
        ({"start_date": TOMORROW}, TOMORROW),
        ({"end_date": TOMORROW}, TOMORROW),
        ({"notice": Notice(text="Stängt", from_date=date(2026, 3, 12))}, MIDNIGHT),
        ({"notice": Notice(text="Stängt", to_date=date(2026, 3, 11))}, MIDNIGHT),
        ({"surgery_hours": ENDING_TODAY}, MIDNIGHT),
        ({"telephone_hours": ENDING_TODAY}, MIDNIGHT),
        ({"drop_in_hours": ENDING_TODAY}, MIDNIGHT),
        ({"visiting_hours": ENDING_TODAY}, MIDNIGHT),
        ({"unit_functions": (UnitFunction(name="Bokning", telephone_hours=ENDING_TODAY),)}, MIDNIGHT),
        ({}, None),
        (
            {
                "start_date": NOON - timedelta(days=1),
                "surgery_hours": (a_time_span("1-5", "08:00", "16:00"),),
            },
            None,
        ),
    ],
)
def test_each_date_that_changes_the_card_is_known(changes: dict[str, Any], moment: datetime | None) -> None:
    """Trap 16."""
    assert next_change(facts_of(a_unit(**changes)), NOON) == moment


def test_the_first_of_several_moments_comes_first() -> None:
    unit = a_unit(end_date=TOMORROW, notice=Notice(text="Stängt", from_date=date(2026, 3, 12)))
    assert next_change(facts_of(unit), NOON) == MIDNIGHT
    assert next_change(facts_of(unit), MIDNIGHT) == TOMORROW
    assert next_change(facts_of(unit), TOMORROW) is None


def test_a_day_begins_an_hour_earlier_in_summer() -> None:
    """Trap 17: midnight in Sweden is 22:00 UTC from the last Sunday of March."""
    notice = Notice(text="Stängt", from_date=date(2026, 3, 29), to_date=date(2026, 3, 29))
    begins = next_change(facts_of(a_unit(notice=notice)), NOON)
    assert begins == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert next_change(facts_of(a_unit(notice=notice)), begins) == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)


def test_the_ends_of_the_calendar_mean_always_and_are_no_moments() -> None:
    always = Notice(text="Vi har flyttat", from_date=date.min, to_date=date.max)
    hours = (a_time_span("1-5", "08:00", "16:00", valid_from=date.min, valid_to=date.max),)
    unit = a_unit(notice=always, surgery_hours=hours)
    assert next_change(facts_of(unit), NOON) is None
    assert built(unit).card is not None


def test_a_unit_that_hsa_does_not_know_never_changes_by_itself() -> None:
    assert next_change(facts_of(None), NOON) is None


DATES = st.none() | st.dates(date(2026, 2, 1), date(2026, 5, 15))
CONTENTS = st.fixed_dictionaries(
    {
        "notice": st.none() | st.builds(Notice, text=st.just("Stängt"), from_date=DATES, to_date=DATES),
        "surgery_hours": st.lists(time_spans(), max_size=3).map(tuple),
    }
)
LIMITS = st.fixed_dictionaries({"start_date": st.none() | moments(), "end_date": st.none() | moments()})


@given(CONTENTS, LIMITS, moments(), st.floats(0, 0.999))
def test_nothing_changes_before_the_next_change(
    contents: dict[str, object], limits: dict[str, object], at: datetime, part: float
) -> None:
    unit = a_unit(**contents, **limits)
    one = built(unit, at)
    until = one.next_change or at + timedelta(days=400)
    assert built(unit, at + (until - at) * part) == one


@given(CONTENTS, moments())
def test_the_clock_changes_the_notice_and_the_hours_alone(contents: dict[str, object], at: datetime) -> None:
    unit = a_unit(**contents)
    one, other = the_card(unit, at), the_card(unit, at + timedelta(days=30))
    unmoved = {"notice": None, "hours": one.hours}
    assert canonical_json(one.model_copy(update=unmoved)) == canonical_json(other.model_copy(update=unmoved))
