"""What is held back: losses that are large in share and in number, against yesterday and against the last week."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.store.guard.judgement import Threshold, Thresholds, Turnover, breaches
from hjv_pipelines.store.guard.measures import Measures, best

THRESHOLDS = Thresholds(
    units_gone=Threshold(0.05, 5),
    units_new=Threshold(0.5, 50),
    values_gone=Threshold(0.1, 5, of_units=0.02),
    findings_more=Threshold(0.1, 10),
)


def rules(now: Measures, turnover: Turnover, accepted: Measures | None, recent: Measures | None = None) -> list[str]:
    """Return the rules that are broken, each with what it is about."""
    found = breaches(now, turnover, accepted, recent or accepted or Measures(), THRESHOLDS)
    return [f"{breach.rule} {breach.subject}".strip() for breach in found]


def full(units: int, **values: int) -> Measures:
    """Return figures of a region of so many units."""
    return Measures(units, {"name": units, **values})


def test_a_region_that_loses_everything_is_held_back() -> None:
    """Trap 10: whatever the nation's count does, each region is judged by itself."""
    assert rules(Measures(), Turnover(40, 40, 0), full(40)) == ["units_gone"]


def test_a_few_units_that_close_are_believed_however_small_the_region() -> None:
    assert rules(full(16), Turnover(20, 4, 0), full(20)) == []


def test_one_per_cent_a_day_is_held_back_before_the_week_is_over() -> None:
    """Trap 9: each day alone is small; together they are not."""
    days = [1000 - 9 * day for day in range(8)]
    judged = [
        rules(full(today), Turnover(yesterday, 9, 0), full(yesterday), full(1000))
        for yesterday, today in pairwise(days)
    ]
    assert judged == [[], [], [], [], [], ["units_gone"], ["units_gone"]]


def test_counties_that_swapped_their_units_are_held_back_though_the_count_is_the_same() -> None:
    assert rules(full(300), Turnover(300, 300, 300), full(300)) == ["units_gone", "units_new"]


def test_a_field_that_loses_its_values_is_held_back() -> None:
    before, now = full(400, surgery_hours=900), full(400, surgery_hours=0)
    assert rules(now, Turnover(400, 0, 0), before) == ["values_gone surgery_hours"]


def test_values_that_go_with_their_units_are_not_held_against_the_field() -> None:
    assert rules(full(388, surgery_hours=776), Turnover(400, 12, 0), full(400, surgery_hours=800)) == []


def test_notices_that_end_are_believed() -> None:
    assert rules(full(400, notice=1), Turnover(400, 0, 0), full(400, notice=8)) == []


def test_a_code_list_that_shifted_is_held_back() -> None:
    before = Measures(400, {"name": 400}, {"unknown_code": 3})
    now = Measures(400, {"name": 400}, {"unknown_code": 380})
    assert rules(now, Turnover(400, 0, 0), before) == ["findings_more unknown_code"]


def test_a_code_list_that_shifts_day_by_day_is_held_back_before_the_week_is_over() -> None:
    """Trap 9, of findings: each day breaks the rule in 4 % more of the units than the day before."""
    days = [Measures(400, {"name": 400}, {"unknown_code": 16 * day}) for day in range(8)]
    judged = [
        rules(today, Turnover(400, 0, 0), yesterday, best(days[: number + 1]))
        for number, (yesterday, today) in enumerate(pairwise(days))
    ]
    assert judged == [[], [], *[["findings_more unknown_code"]] * 5]


def test_the_first_that_a_source_says_of_a_region_is_believed() -> None:
    assert rules(full(400), Turnover(0, 0, 400), None) == []


def test_a_season_that_ends_is_believed_of_a_seasonal_source() -> None:
    seasonal = Thresholds(None, THRESHOLDS.units_new, THRESHOLDS.values_gone, THRESHOLDS.findings_more)
    assert breaches(Measures(), Turnover(40, 40, 0), full(40), full(40), seasonal) == ()


@given(units=st.integers(1, 2000), gone=st.integers(0, 2000))
def test_more_than_the_share_and_the_number_of_units_is_never_believed(units: int, gone: int) -> None:
    gone = min(units, gone)
    believed = not rules(full(units - gone), Turnover(units, gone, 0), full(units))
    assert believed == (gone < 5 or gone <= 0.05 * units)


@given(st.integers(0, 500), st.dictionaries(st.sampled_from("abc"), st.integers(0, 900)))
def test_the_same_again_is_always_believed(units: int, values: dict[str, int]) -> None:
    same = Measures(units, values, {"unknown_code": units})
    assert rules(same, Turnover(units, 0, 0), same) == []


@pytest.mark.parametrize(
    ("breach_now", "words"),
    [
        (Measures(), "40 of 40 units would be gone"),
    ],
)
def test_a_breach_says_what_would_happen(breach_now: Measures, words: str) -> None:
    (breach,) = breaches(breach_now, Turnover(40, 40, 0), full(40), full(40), THRESHOLDS)
    assert str(breach) == words
