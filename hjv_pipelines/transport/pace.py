"""The pace that a contract allows: so many calls a second, or so long a pause after each answer, whoever of us asks.

Here: waiting for one's turn, among the threads of this process or, inside `in_turn`, among all that share the turns.
Not here: which pace a source has (`settings.py`), turns that processes share (`store/turns.py`), and waiting after a
failure (`patience.py`).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from threading import Lock

from hjv_pipelines.transport.seams import in_place

Turn = Callable[[], AbstractContextManager[None]]
"""Gives one call its turn: waits until the contract allows the call, and ends with the answer."""

Turns = Callable[[float], float]
"""Takes the next turn, so many seconds after the one before it, and returns how many seconds off it is."""

_turns: ContextVar[Turns] = ContextVar("turns")


def in_turn(turns: Turns) -> AbstractContextManager[None]:
    """Let `turns` give the turns of every pace that is kept inside."""
    return in_place(_turns, turns)


class Pace:
    """Turns at an even distance, from call to call. The first is free; turns are never saved up.

    `clock` gives seconds that never run backwards, `sleep` waits so many seconds.
    """

    def __init__(
        self,
        calls_per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if calls_per_second <= 0:
            raise ValueError(f"a pace is more than zero calls a second, not {calls_per_second}")
        self._distance = 1 / calls_per_second
        self._clock = clock
        self._sleep = sleep
        self._next_turn = clock()
        self._lock = Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Begin when it is the caller's turn. Each takes a turn of its own, also when several wait."""
        seconds = _turns.get(self._own_turn)(self._distance)
        if seconds > 0:
            self._sleep(seconds)
        yield

    def _own_turn(self, distance: float) -> float:
        with self._lock:
            now = self._clock()
            turn = max(now, self._next_turn)
            self._next_turn = turn + distance
        return turn - now


class Pause:
    """A pause of `seconds` after each answer, for one thread that asks one call after the other.

    What the caller does between two calls is part of the pause. There is one before the first call too: another
    process may just have had an answer.
    """

    def __init__(
        self,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._ends = clock() + seconds

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Begin when the pause is over; the next one begins with the answer, or with what came in its place."""
        left = self._ends - self._clock()
        if left > 0:
            self._sleep(left)
        try:
            yield
        finally:
            self._ends = self._clock() + self._seconds
