"""The two ways in which work can fail.

Here: the types that tell every room whether trying again can help. Not here: findings (a bad value or record
is not a failure, see `sources/source.py`) and the retrying itself (`transport/http.py`, Dagster's retry policy).
"""

from datetime import timedelta


class HjvError(Exception):
    """An error told to a person: one sentence that says what is wrong and what to do."""


class TransientError(HjvError):
    """Trying again, a bounded number of times, may help: a time-out, a busy server, a lost connection.

    `retry_after` is the wait that the other side asked for, where it did (HTTP `Retry-After`).
    """

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PermanentError(HjvError):
    """Trying again cannot help until somebody mends something: a refused certificate, an unreadable file."""
