"""A batch is as large as its source answers for in a few seconds (trap 47)."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.notifications.batch_size import A_WHILE, MOST, first_size, next_size

SIZES = st.integers(1, MOST)
DURATIONS = st.timedeltas(timedelta(), timedelta(hours=1))


def test_a_source_that_takes_that_while_keeps_its_size() -> None:
    assert next_size(first_size("hsa"), first_size("hsa"), A_WHILE) == first_size("hsa")


def test_a_source_that_answers_at_once_is_asked_about_more() -> None:
    assert next_size(50, 50, timedelta(seconds=0.5)) == 100
    assert next_size(400, 400, timedelta()) == MOST


def test_a_source_that_is_slow_is_asked_about_fewer() -> None:
    assert next_size(50, 50, timedelta(seconds=50)) == 25
    assert next_size(50, 10, timedelta(seconds=50)) == 25


def test_a_few_units_answered_in_time_say_nothing_of_a_storm() -> None:
    assert next_size(50, 1, timedelta(seconds=0.3)) == 50


@given(SIZES, SIZES, DURATIONS)
def test_a_batch_has_some_units_and_not_too_many_whatever_was_seen(size: int, units: int, took: timedelta) -> None:
    assert 1 <= next_size(size, min(size, units), took) <= MOST


@given(SIZES)
def test_a_source_of_even_pace_ends_at_what_it_answers_in_that_while(pace: int) -> None:
    size = 1
    for _ in range(12):
        size = next_size(size, size, size * (A_WHILE / pace))
    assert abs(size - pace) <= 1
