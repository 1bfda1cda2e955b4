"""The pace that a contract allows: so many calls a second, whoever of our threads makes them.

Here: waiting for one's turn. Not here: which pace a source has (`settings.py`), and waiting after a failure
(`patience.py`).
"""

import time
from collections.abc import Callable
from threading import Lock


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
        with self._lock:
            now = self._clock()
            turn = max(now, self._next_turn)
            self._next_turn = turn + self._distance
        if turn > now:
            self._sleep(turn - now)
