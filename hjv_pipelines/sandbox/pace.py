"""How consumers pace themselves: what `/stats` tells of each service.

Here: counting calls, how close they come and how many stand open at once. Not here: refusing any (the sandbox
refuses nothing; it only remembers).
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SECOND = 1.0


class Pace:
    """The calls of one service. `clock` gives seconds that only grow; all calls come from one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: deque[float] = deque()
        self._open = 0
        self._last_end: float | None = None
        self._calls = 0
        self._most_in_a_second = 0
        self._most_at_once = 0
        self._shortest_pause: float | None = None

    @contextmanager
    def call(self) -> Iterator[None]:
        """Count a call from its beginning to its end."""
        self._begin(self._clock())
        try:
            yield
        finally:
            self._open -= 1
            self._last_end = self._clock()

    def stats(self) -> dict[str, int | float | None]:
        """Return the calls, the most in any one second and at once, and the shortest pause between two."""
        return {
            "calls": self._calls,
            "most_in_a_second": self._most_in_a_second,
            "most_at_once": self._most_at_once,
            "shortest_pause_seconds": self._shortest_pause,
        }

    def _begin(self, at: float) -> None:
        self._note_pause(at)
        self._begun.append(at)
        while at - self._begun[0] >= _SECOND:
            self._begun.popleft()
        self._open += 1
        self._calls += 1
        self._most_in_a_second = max(self._most_in_a_second, len(self._begun))
        self._most_at_once = max(self._most_at_once, self._open)

    def _note_pause(self, at: float) -> None:
        """Remember how long nothing was asked: no time at all when the call before is still open."""
        if self._last_end is None and not self._open:
            return
        pause = 0.0 if self._open or self._last_end is None else at - self._last_end
        self._shortest_pause = pause if self._shortest_pause is None else min(self._shortest_pause, pause)
