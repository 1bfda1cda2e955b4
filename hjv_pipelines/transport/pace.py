"""The pace that a contract allows: so many calls a second, whoever of us makes them.

Here: waiting for one's turn, among the threads of this process or, inside `in_turn`, among all that share the turns.
Not here: which pace a source has (`settings.py`), turns that processes share (`store/turns.py`), and waiting after a
failure (`patience.py`).
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from threading import Lock

from hjv_pipelines.transport.seams import in_place

Turns = Callable[[float], float]
"""Takes the next turn, so many seconds after the one before it, and returns how many seconds off it is."""

_turns: ContextVar[Turns] = ContextVar("turns")


def in_turn(turns: Turns) -> AbstractContextManager[None]:
    """Let `turns` give the turns of every pace that is kept inside."""
    return in_place(_turns, turns)


class Pace:
    """Turns at an even distance: call `wait` before each call. The first is free; turns are never saved up.

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

    def wait(self) -> None:
        """Return when it is the caller's turn. Each takes a turn of its own, also when several wait."""
        seconds = _turns.get(self._own_turn)(self._distance)
        if seconds > 0:
            self._sleep(seconds)

    def _own_turn(self, distance: float) -> float:
        with self._lock:
            now = self._clock()
            turn = max(now, self._next_turn)
            self._next_turn = turn + distance
        return turn - now
