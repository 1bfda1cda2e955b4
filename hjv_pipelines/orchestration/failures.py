"""What a failure means for Dagster: whether a step is tried again, when, and what its first line says.

Here: the translation of `TransientError` and `PermanentError`, and the one retry policy. Not here: retries of
single calls (`transport/`), and runs whose process died (run retries, `dagster.yaml`).
See https://docs.dagster.io/guides/build/ops/op-retries
"""

from collections.abc import Generator
from contextlib import contextmanager

import dagster as dg

from hjv_pipelines.failures import HjvError, TransientError

RETRIES = dg.RetryPolicy(max_retries=3, delay=10, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""When a step that failed for a passing reason is tried again: after 10, 20 and 40 seconds on average.

It is applied to `TransientError` alone, and so not handed to the assets, where Dagster would apply it to any
error.
"""


@contextmanager
def told_to_dagster(attempt: int) -> Generator[None]:
    """Let an `HjvError` inside the block end the step, retried `attempt` times so far, as its kind deserves."""
    try:
        yield
    except HjvError as error:
        raise step_failure(error, attempt) from error


def step_failure(error: HjvError, attempt: int, description: str | None = None) -> dg.Failure | dg.RetryRequested:
    """Return what to raise for `error` after `attempt` retries: one more while it may help, else a final failure.

    `description` is what a person reads of a final one, its first line above all; without it the error's words.
    """
    if isinstance(error, TransientError) and attempt < RETRIES.max_retries:
        asked_for = error.retry_after.total_seconds() if error.retry_after else 0.0
        wait = max(asked_for, RETRIES.calculate_delay(attempt + 1))
        return dg.RetryRequested(max_retries=RETRIES.max_retries, seconds_to_wait=wait)
    return dg.Failure(description=description or str(error), allow_retries=False)
