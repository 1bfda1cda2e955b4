"""Being told to stop: by Ctrl-C, by a service manager, by a terminal that closes.

Here: signals become one KeyboardInterrupt. Not here: what is stopped.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn


@contextmanager
def until_interrupted() -> Iterator[None]:
    """Leave the block when SIGINT, SIGTERM or SIGHUP comes; while it is being left, further ones are not heard.

    A SIGHUP that the parent chose to ignore (nohup) stays ignored.
    """
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        numbers.append(signal.SIGHUP)

    def interrupt(number: int, _frame: FrameType | None) -> NoReturn:
        for heard in numbers:
            signal.signal(heard, signal.SIG_IGN)
        if number == signal.SIGHUP:
            _leave_the_terminal()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave_the_terminal() -> None:
    """Write to nowhere from now on: writing to a terminal that is gone fails, and would break the stop."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
