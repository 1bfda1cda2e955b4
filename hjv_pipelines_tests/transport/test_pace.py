"""The promise: never more calls a second than the contract allows, and no wait that is not needed."""

import pytest

from hjv_pipelines.transport.pace import Pace


class Clock:
    """A clock that only moves when somebody sleeps or time is let pass."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_the_first_call_need_not_wait() -> None:
    clock = Clock()
    Pace(2, clock=clock, sleep=clock.sleep).wait()
    assert clock.slept == []


def test_calls_in_a_row_come_at_an_even_distance() -> None:
    clock = Clock()
    pace = Pace(4, clock=clock, sleep=clock.sleep)
    for _ in range(4):
        pace.wait()
    assert clock.slept == [0.25, 0.25, 0.25]


def test_a_call_that_took_its_time_is_followed_at_once() -> None:
    clock = Clock()
    pace = Pace(1, clock=clock, sleep=clock.sleep)
    pace.wait()
    clock.now += 5
    pace.wait()
    assert clock.slept == []


def test_a_quiet_time_does_not_save_up_turns() -> None:
    clock = Clock()
    pace = Pace(1, clock=clock, sleep=clock.sleep)
    pace.wait()
    clock.now += 60
    pace.wait()
    pace.wait()
    assert clock.slept == [1.0]


def test_callers_at_the_same_moment_get_a_turn_each() -> None:
    """Threads that come while others still sleep line up behind them."""
    clock = Clock()
    slept: list[float] = []
    pace = Pace(1, clock=clock, sleep=slept.append)
    for _ in range(3):
        pace.wait()
    assert slept == [1.0, 2.0]


@pytest.mark.parametrize("calls", [0, -1])
def test_a_pace_of_nothing_is_refused(calls: float) -> None:
    with pytest.raises(ValueError, match="more than zero"):
        Pace(calls)
