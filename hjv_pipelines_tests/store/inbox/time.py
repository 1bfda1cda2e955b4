"""The times that tests of the inbox speak of: minutes and seconds after one moment."""

from datetime import UTC, datetime, timedelta
from random import Random

START = datetime(2026, 11, 23, 10, 45, tzinfo=UTC)
LEASE = timedelta(minutes=1)
RNG = Random(1177)  # the same chance every time


def at(seconds: float) -> datetime:
    """Return the moment so many seconds after the start."""
    return START + timedelta(seconds=seconds)
