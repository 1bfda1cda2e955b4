"""Weekly hours are read in every form in which the directory writes them, and none is read that is none."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.sources.hsa.hours import packed_spans, time_span
from hjv_pipelines.sources.hsa.record import TimeSpan

WEEKDAYS = TimeSpan(from_day=1, to_day=5, opens=time(8), closes=time(17))


@pytest.mark.parametrize("raw", ["1-5#08:00#17:00", "1#5#08:00#17:00", "1-5#8:00#17:00", " 1 - 5 # 08:00 # 17:00 # "])
def test_the_days_are_one_part_or_two(raw: str) -> None:
    """Trap 21: GetUnit 5.0 counts `1-5` as two parts, the directory writes one."""
    assert time_span(raw).value == WEEKDAYS


def test_a_day_may_end_at_24_00() -> None:
    """Trap 21."""
    assert time_span("1-7#00:00#24:00").value == TimeSpan(from_day=1, to_day=7, opens=time(0), closes=None)


def test_a_span_may_hold_between_two_dates_only() -> None:
    """Trap 21."""
    span = time_span("1-5#10:00#14:00#Sommartid#20250630#20250815").value
    assert span is not None
    assert (span.comment, span.valid_from, span.valid_to) == (
        "Sommartid",
        date(2025, 6, 30),
        date(2025, 8, 15),
    )


@pytest.mark.parametrize(
    ("rest", "comment", "valid_from", "valid_to"),
    [
        ("#Lunch", "Lunch", None, None),
        ("#", None, None, None),
        ("##20250630#", None, date(2025, 6, 30), None),
        ("###20250815", None, None, date(2025, 8, 15)),
        ("#Sommar#20250630", "Sommar", date(2025, 6, 30), None),
        ("#Rum #12", "Rum #12", None, None),
        ("#Rum #12#20250630#2025-08-15", "Rum #12", date(2025, 6, 30), date(2025, 8, 15)),
        ("#20250630", "20250630", None, None),
    ],
)
def test_what_follows_the_times_is_read_from_its_end(
    rest: str, comment: str | None, valid_from: date | None, valid_to: date | None
) -> None:
    span = time_span(f"1-5#08:00#17:00{rest}").value
    assert span == WEEKDAYS.model_copy(update={"comment": comment, "valid_from": valid_from, "valid_to": valid_to})


@pytest.mark.parametrize(
    "raw",
    [
        *("", "Mån-fre 8-17", "1-5", "1-5#08:00", "1-5#8-17", "1-5#08.00#17.00", "1-5#08:70#17:00"),
        *("0-8#08:00#17:00", "1-5#25:00#26:00", "1-5#08:00#24:01", "1-5-6#08:00#17:00", "١-٥#08:00#17:00"),
    ],
)
def test_what_is_no_span_is_not_guessed_at(raw: str) -> None:
    assert time_span(raw).broken == ("time_span_syntax",)


@pytest.mark.parametrize(
    "raw",
    [
        *("1-5#17:00#08:00", "1-5#08:00#08:00", "5-1#08:00#17:00", "1-5#24:00#24:00"),
        "1-5#08:00#17:00#Sommar#20250815#20250630",
    ],
)
def test_a_span_that_ends_before_it_begins_is_dropped(raw: str) -> None:
    """Trap 21."""
    assert time_span(raw).broken == ("time_span_order",)


@pytest.mark.parametrize("slip", ["20101131", "2010113", "2010-13-01", "20250630000000Z"])
def test_a_slip_in_a_date_costs_the_span_and_does_not_make_an_exception_the_rule(slip: str) -> None:
    """Trap 22."""
    assert time_span(f"1-5#10:00#14:00#Lov#{slip}#20101205").broken == ("date_impossible",)


def test_several_spans_may_be_packed_in_one_value() -> None:
    """Trap 21: older directories put `$` between them; another `$` belongs to a comment."""
    packed = "1-4#08:00#17:00$5-5#08:00#15:00#Avgift 100 $ i år$ 6#6#10:00#13:00$"
    assert packed_spans(packed) == ["1-4#08:00#17:00", "5-5#08:00#15:00#Avgift 100 $ i år", "6#6#10:00#13:00"]


near_spans = st.lists(st.sampled_from([*"0123456789#-:$ ", "1-5#", "08:00", "24:00", "20250101", "å"])).map("".join)


@given(st.text() | near_spans)
def test_whatever_comes_in_no_invalid_span_comes_out(raw: str) -> None:
    for piece in packed_spans(raw):
        span, broken = time_span(piece)
        assert (span is None) == bool(broken)
        if span is not None:
            assert 1 <= span.from_day <= span.to_day <= 7
            assert span.closes is None or span.opens < span.closes
            assert span.valid_from is None or span.valid_to is None or span.valid_from <= span.valid_to
            assert span.comment != ""


@given(
    st.tuples(st.integers(1, 7), st.integers(1, 7)).map(sorted),
    st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True).map(sorted),
)
def test_every_span_that_the_syntax_can_say_is_read(days: list[int], minutes: list[int]) -> None:
    opens, closes = (f"{minute // 60:02}:{minute % 60:02}" for minute in minutes)
    span = time_span(f"{days[0]}-{days[1]}#{opens}#{closes}").value
    assert span is not None
    assert [span.from_day, span.to_day] == days
    assert span.opens.strftime("%H:%M") == opens
    assert (span.closes.strftime("%H:%M") if span.closes else "24:00") == closes
