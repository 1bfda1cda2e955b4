"""Open now? Told from the hours on the card, red days and the clock's two odd nights included."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from hjv_pipelines.cards.opening import HORIZON, OpeningStatus, is_round_the_clock, red_day, spans_on, status
from hjv_pipelines.cards.parts import OpeningSpan
from hjv_pipelines.timetable import STOCKHOLM
from hjv_pipelines_tests.cards.units import an_opening_span, moments, opening_spans

WEEK = [an_opening_span("1-5", "08:00", "12:00"), an_opening_span("1-5", "13:00", "17:00")]
ALWAYS = [an_opening_span("1-7", "00:00", "24:00")]
FIRST_OF_MAY = date(2026, 5, 1)  # a Friday
ODD_NIGHTS = {date(2026, 3, 29), date(2026, 10, 25)}


def local(day: date, clock: str, fold: int = 0) -> datetime:
    """Return the moment (UTC) of a clock time in Sweden."""
    hour, minute = map(int, clock.split(":"))
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=STOCKHOLM, fold=fold)
    return moment.astimezone(UTC)


WEDNESDAY = date(2026, 3, 11)


def test_a_unit_is_open_from_its_opening_until_its_closing() -> None:
    """Trap 21: several spans a day, with a pause for lunch."""
    states = [status(WEEK, local(WEDNESDAY, clock)).state for clock in ("07:59", "08:00", "11:59", "12:00", "13:00")]
    assert states == ["closed", "open", "open", "closed", "open"]


def test_it_is_told_when_the_unit_closes() -> None:
    assert status(WEEK, local(WEDNESDAY, "09:00")).closes_at == local(WEDNESDAY, "12:00")


def test_it_is_told_when_the_unit_opens_after_lunch_and_after_the_weekend() -> None:
    friday = date(2026, 3, 13)
    assert status(WEEK, local(WEDNESDAY, "12:30")).opens_at == local(WEDNESDAY, "13:00")
    assert status(WEEK, local(friday, "17:00")).opens_at == local(date(2026, 3, 16), "08:00")


def test_an_opening_more_than_fourteen_days_away_is_not_told() -> None:
    far = [an_opening_span("1-7", "08:00", "12:00", valid_from=WEDNESDAY + timedelta(days=15))]
    assert status(far, local(WEDNESDAY, "12:00")) == OpeningStatus("closed")


def test_a_unit_without_hours_is_closed() -> None:
    assert status([], local(WEDNESDAY, "12:00")) == OpeningStatus("closed")


def test_round_the_clock_never_closes() -> None:
    """Trap 21: `1-7#00:00#24:00`."""
    assert status(ALWAYS, local(WEDNESDAY, "23:59")) == OpeningStatus("open")


def test_a_night_in_two_spans_is_one_night() -> None:
    night = [an_opening_span("1-5", "20:00", "24:00"), an_opening_span("2-6", "00:00", "06:00")]
    assert status(night, local(WEDNESDAY, "22:00")).closes_at == local(WEDNESDAY + timedelta(days=1), "06:00")


def test_spans_that_overlap_close_with_the_last_of_them() -> None:
    overlapping = [an_opening_span("3-3", "08:00", "12:00"), an_opening_span("1-5", "10:00", "16:00")]
    assert status(overlapping, local(WEDNESDAY, "09:00")).closes_at == local(WEDNESDAY, "16:00")


def test_a_dated_span_takes_the_place_of_the_weeks() -> None:
    """Trap 21: a span that is valid only between two dates."""
    short = an_opening_span("1-5", "09:00", "10:00", valid_from=WEDNESDAY, valid_to=WEDNESDAY)
    assert spans_on([*WEEK, short], WEDNESDAY) == (short,)
    assert spans_on([*WEEK, short], WEDNESDAY + timedelta(days=1)) == tuple(WEEK)


def test_a_dated_span_leaves_the_other_days_of_its_period_to_the_week() -> None:
    summer_saturdays = an_opening_span("6-6", "10:00", "14:00", valid_from=WEDNESDAY, valid_to=date(2026, 8, 31))
    assert spans_on([*WEEK, summer_saturdays], WEDNESDAY) == tuple(WEEK)
    assert spans_on([*WEEK, summer_saturdays], date(2026, 3, 14)) == (summer_saturdays,)


def test_hours_on_a_red_day_are_uncertain_and_the_day_is_named() -> None:
    assert status(WEEK, local(FIRST_OF_MAY, "09:00")) == OpeningStatus(
        "uncertain", opens_at=local(date(2026, 5, 4), "08:00"), red_day="Första maj"
    )


def test_what_the_week_closes_is_closed_on_a_red_day_too() -> None:
    assert status(WEEK, local(FIRST_OF_MAY, "12:30")).state == "closed"


def test_the_next_opening_is_one_that_is_known() -> None:
    thursday_evening = local(date(2026, 4, 30), "18:00")
    assert status(WEEK, thursday_evening).opens_at == local(date(2026, 5, 4), "08:00")


def test_round_the_clock_stays_open_on_a_red_day() -> None:
    assert status(ALWAYS, local(FIRST_OF_MAY, "09:00")) == OpeningStatus("open")


def test_round_the_clock_from_a_certain_date_stays_open_on_a_red_day_too() -> None:
    since_january = [an_opening_span("1-7", "00:00", "24:00", valid_from=date(2026, 1, 1))]
    assert status(since_january, local(FIRST_OF_MAY, "09:00")) == OpeningStatus("open")


def test_round_the_clock_on_weekdays_alone_is_uncertain_on_a_red_day() -> None:
    weekdays = [an_opening_span("1-5", "00:00", "24:00")]
    assert status(weekdays, local(FIRST_OF_MAY, "09:00")).state == "uncertain"


def test_a_span_dated_for_the_red_day_decides() -> None:
    dated = an_opening_span("1-7", "10:00", "14:00", valid_from=FIRST_OF_MAY, valid_to=FIRST_OF_MAY)
    assert status([*WEEK, dated], local(FIRST_OF_MAY, "10:00")).state == "open"
    assert status([*WEEK, dated], local(FIRST_OF_MAY, "09:00")).state == "closed"


def test_hours_of_a_whole_season_do_not_decide_a_red_day() -> None:
    summer = an_opening_span("1-7", "08:00", "15:00", valid_from=date(2026, 6, 1), valid_to=date(2026, 8, 31))
    national_day = date(2026, 6, 6)
    assert status([summer], local(national_day, "09:00")).state == "uncertain"


def test_new_hours_until_further_notice_do_not_decide_a_red_day() -> None:
    new_hours = [an_opening_span("1-5", "07:00", "16:00", valid_from=date(2026, 1, 1))]
    assert status(new_hours, local(FIRST_OF_MAY, "09:00")).state == "uncertain"


def test_an_ordinary_sunday_is_no_red_day_but_easter_sunday_is() -> None:
    assert red_day(date(2026, 3, 15)) is None
    assert red_day(date(2026, 4, 5)) == "Påskdagen"


def test_the_night_of_23_hours_is_an_hour_shorter() -> None:
    """Trap 17: 29 March 2026, when 02:00 is 03:00."""
    night = [an_opening_span("6-6", "20:00", "24:00"), an_opening_span("7-7", "00:00", "06:00")]
    before = local(date(2026, 3, 28), "23:00")
    closes_at = status(night, before).closes_at
    assert closes_at is not None
    assert closes_at - before == timedelta(hours=6)


def test_the_night_of_25_hours_is_an_hour_longer() -> None:
    """Trap 17: 25 October 2026, when 03:00 is 02:00 again."""
    night = [an_opening_span("6-6", "20:00", "24:00"), an_opening_span("7-7", "00:00", "06:00")]
    before = local(date(2026, 10, 24), "23:00")
    closes_at = status(night, before).closes_at
    assert closes_at is not None
    assert closes_at - before == timedelta(hours=8)


def test_an_hour_that_comes_twice_is_open_both_times() -> None:
    """Trap 17."""
    early, day = [an_opening_span("7-7", "00:00", "02:30")], date(2026, 10, 25)
    moments_of_the_night = [
        local(day, "02:15"),
        local(day, "02:45"),
        local(day, "02:15", 1),
        local(day, "02:45", 1),
    ]
    assert [status(early, at).state for at in moments_of_the_night] == ["open", "open", "open", "closed"]


def test_an_hour_that_never_comes_keeps_its_length() -> None:
    """Trap 17: open from 02:15 to 02:45 in the night that has no such times."""
    span, day = [an_opening_span("7-7", "02:15", "02:45")], date(2026, 3, 29)
    assert status(span, local(day, "00:00")).opens_at == local(day, "03:15")
    assert status(span, local(day, "03:15")).closes_at == local(day, "03:45")


def test_round_the_clock_may_be_said_in_pieces() -> None:
    assert is_round_the_clock([an_opening_span("1-7", "00:00", "12:00"), an_opening_span("1-7", "12:00", "24:00")])
    assert not is_round_the_clock([an_opening_span("1-7", "00:00", "12:00"), an_opening_span("1-7", "12:15", "24:00")])
    assert not is_round_the_clock([])


@given(st.lists(opening_spans(), max_size=6), moments())
def test_the_state_agrees_with_the_spans_in_force(spans: list[OpeningSpan], at: datetime) -> None:
    here = at.astimezone(STOCKHOLM)
    assume(here.date() not in ODD_NIGHTS)
    is_within = any(
        span.opens <= f"{here:%H:%M}" and (span.closes == "24:00" or f"{here:%H:%M}" < span.closes)
        for span in spans_on(spans, here.date())
    )
    assert (status(spans, at).state != "closed") == is_within


@given(st.lists(opening_spans(), max_size=6), moments())
def test_uncertain_is_said_on_red_days_alone(spans: list[OpeningSpan], at: datetime) -> None:
    now = status(spans, at)
    assert (now.state == "uncertain") == (now.red_day is not None)
    assert now.red_day is None or now.red_day == red_day(at.astimezone(STOCKHOLM).date())


@given(st.lists(opening_spans(), max_size=6), moments(), st.floats(0, 0.999))
def test_it_opens_or_closes_at_the_moment_that_is_told_and_not_before(
    spans: list[OpeningSpan], at: datetime, part: float
) -> None:
    now = status(spans, at)
    is_open = now.state == "open"
    told = now.closes_at if is_open else now.opens_at
    before = at + ((told or at + HORIZON) - at) * part
    assert (status(spans, before).state == "open") == is_open
    if told:
        assert (status(spans, told).state == "open") != is_open
