"""The promise: never sooner a call than the contract allows, and no wait that is not needed."""

from contextlib import suppress

import pytest

from hjv_pipelines.transport.pace import Pace, Pause


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


def take_turn(pace: Pace | Pause) -> None:
    with pace.turn():
        pass


def test_the_first_call_need_not_wait() -> None:
    clock = Clock()
    take_turn(Pace(2, clock=clock, sleep=clock.sleep))
    assert clock.slept == []


def test_calls_in_a_row_come_at_an_even_distance() -> None:
    clock = Clock()
    pace = Pace(4, clock=clock, sleep=clock.sleep)
    for _ in range(4):
        take_turn(pace)
    assert clock.slept == [0.25, 0.25, 0.25]


def test_a_call_that_took_its_time_is_followed_at_once() -> None:
    clock = Clock()
    pace = Pace(1, clock=clock, sleep=clock.sleep)
    take_turn(pace)
    clock.now += 5
    take_turn(pace)
    assert clock.slept == []


def test_a_quiet_time_does_not_save_up_turns() -> None:
    clock = Clock()
    pace = Pace(1, clock=clock, sleep=clock.sleep)
    take_turn(pace)
    clock.now += 60
    take_turn(pace)
    take_turn(pace)
    assert clock.slept == [1.0]


def test_callers_at_the_same_moment_get_a_turn_each() -> None:
    """Threads that come while others still sleep line up behind them."""
    clock = Clock()
    slept: list[float] = []
    pace = Pace(1, clock=clock, sleep=slept.append)
    for _ in range(3):
        take_turn(pace)
    assert slept == [1.0, 2.0]


@pytest.mark.parametrize("calls", [0, -1])
def test_a_pace_of_nothing_is_refused(calls: float) -> None:
    with pytest.raises(ValueError, match="more than zero"):
        Pace(calls)


def test_after_an_answer_there_is_a_pause() -> None:
    clock = Clock()
    pause = Pause(0.5, clock=clock, sleep=clock.sleep)
    with pause.turn():
        clock.now += 2.0
    take_turn(pause)
    assert clock.slept == [0.5, 0.5]


def test_what_is_done_between_two_calls_is_part_of_the_pause() -> None:
    clock = Clock()
    pause = Pause(0.5, clock=clock, sleep=clock.sleep)
    take_turn(pause)
    clock.now += 0.375
    take_turn(pause)
    clock.now += 2.0
    take_turn(pause)
    assert clock.slept == [0.5, 0.125]


def test_a_call_that_failed_is_followed_by_a_pause_as_well() -> None:
    clock = Clock()
    pause = Pause(0.5, clock=clock, sleep=clock.sleep)
    with suppress(TimeoutError), pause.turn():
        raise TimeoutError
    take_turn(pause)
    assert clock.slept == [0.5, 0.5]
