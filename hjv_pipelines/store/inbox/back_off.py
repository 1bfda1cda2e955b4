"""How long a hint waits after a failed read: seconds at first, an hour in the end.

Here: the arithmetic. Not here: what counts as a failure (`batches.py`).
"""

from datetime import timedelta
from random import Random

MOST_ATTEMPTS = 8
"""Reads of a hint before it is set aside; with the waits between them, some hour and a half."""

FIRST_WAIT = timedelta(seconds=5)
GROWTH = 3.0
LONGEST_WAIT = timedelta(hours=1)


def wait_after(attempts: int, rng: Random) -> timedelta:
    """Return the wait after the failed read number `attempts` (from 1), a quarter more or less by chance.

    Chance keeps those apart that failed together, so that a source which comes back is not overrun.
    """
    growths = min(attempts - 1, 10)  # by then the longest wait is reached, whatever the bound on attempts
    return min(LONGEST_WAIT, FIRST_WAIT * GROWTH**growths) * rng.uniform(0.75, 1.25)
