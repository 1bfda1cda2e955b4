"""How often and how long we try again, when trying again can help.

Here: the one retry policy of the wire. Not here: which failures are transient (`failures.py` names them,
`http.py` and `faults.py` judge them), and the retries of whole runs (Dagster's).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from hjv_pipelines.failures import TransientError

Result = TypeVar("Result")

LOG = logging.getLogger(__name__)


def _tell(details: RetryDetails) -> None:
    """Say in the log that a try failed, why, and when the next comes."""
    LOG.warning("Try %d failed, the next comes in %.1f s: %s", details.retry_num, details.wait_for, details.caused_by)


# Left alone, stamina tells of retries on standard output, where a command's JSON belongs.
set_on_retry_hooks([_tell])


@dataclass(frozen=True, slots=True)
class Patience:
    """At most `tries` in all, with waits that double from `first_wait` up to `longest_wait`, and some jitter.

    A wait that the other side asked for (`TransientError.retry_after`) takes the place of our own. Where it
    asks for more than `longest_wait` we give up at once: coming back sooner would be rude, and the error
    carries the wait to whoever can afford it.
    """

    tries: int = 4
    first_wait: timedelta = timedelta(seconds=0.5)
    longest_wait: timedelta = timedelta(seconds=30)

    def ask(self, question: Callable[[], Result]) -> Result:
        """Return what `question` returns, asked again after each `TransientError` while tries are left."""
        for attempt in stamina.retry_context(
            on=self._next_wait,
            attempts=self.tries,
            timeout=None,
            wait_initial=self.first_wait,
            wait_max=self.longest_wait,
            wait_jitter=self.first_wait,
        ):
            with attempt:
                return question()
        raise AssertionError("the last try returns or raises")

    def _next_wait(self, error: Exception) -> bool | timedelta:
        """Tell whether to try again after `error`, or after how long."""
        if not isinstance(error, TransientError):
            return False
        if error.retry_after is None:
            return True
        return error.retry_after if error.retry_after <= self.longest_wait else False


PATIENCE = Patience()
"""What a call or a download gets unless its source says otherwise."""
