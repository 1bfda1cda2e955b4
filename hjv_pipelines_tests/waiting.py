"""Waiting for what must come true soon. Here: that. Not here: how long anything may take, which no test asserts."""

from collections.abc import Callable
from time import sleep


def until(came_true: Callable[[], bool]) -> None:
    """Return once `came_true` says so; the test's own time limit ends a wait in vain."""
    while not came_true():
        sleep(0.02)
