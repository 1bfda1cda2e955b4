"""Promised: a figure says how far from its floor it is, and whether its aim is met; nothing is judged without one."""

import pytest

from hjv_pipelines.bench.figure import Aim, Figure, no_more_than, times_the_floor
from hjv_pipelines.bench.stopwatch import medians, percentile

KEYS = ["name", "value", "unit", "floor", "ratio", "aim", "met"]


@pytest.mark.parametrize(
    ("value", "floor", "aim", "ratio", "met"),
    [
        (6.0, 2.0, times_the_floor(3), 3.0, True),
        (6.1, 2.0, times_the_floor(3), 3.05, False),
        (6.0, None, times_the_floor(3), None, None),
        (6.0, 3.0, no_more_than(5), 2.0, False),
        (5.0, None, no_more_than(5), None, True),
        (5.0, 2.0, None, 2.5, None),
    ],
)
def test_ratio_and_aim(
    value: float, floor: float | None, aim: Aim | None, ratio: float | None, *, met: bool | None
) -> None:
    told = Figure("something", value, "s", floor, aim).as_dict()
    assert (told["ratio"], told["met"]) == (ratio, met)
    assert set(told) == set(KEYS)


def test_an_aim_says_what_it_bounds() -> None:
    assert [str(times_the_floor(1.5)), str(no_more_than(60))] == ["ratio at most 1.5", "value at most 60"]


def test_the_works_of_a_round_take_turns() -> None:
    done: list[str] = []
    assert len(medians(range(2), lambda: done.append("ours"), lambda: done.append("floor"))) == 2
    assert done == ["ours", "floor", "ours", "floor"]


def test_a_percentile_is_a_value_that_was_measured() -> None:
    hundred = [float(number) for number in range(100, 0, -1)]
    assert [percentile(hundred, share) for share in (0.5, 0.95, 1)] == [50.0, 95.0, 100.0]
    assert percentile([3.0], 0.5) == 3.0
