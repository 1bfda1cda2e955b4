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
"""When a step that failed for a passing reason is tried again: after some 10, 20 and 40 seconds.

It is applied to `TransientError` alone, and so not handed to the assets, where Dagster would apply it to any
error.
"""


@contextmanager
def told_to_dagster(context: dg.AssetExecutionContext) -> Generator[None]:
    """Let an `HjvError` inside the block end the step the way its kind deserves."""
    try:
        yield
    except HjvError as error:
        raise step_failure(context, error) from error


def step_failure(
    context: dg.AssetExecutionContext, error: HjvError, description: str | None = None
) -> dg.Failure | dg.RetryRequested:
    """Return what to raise for `error`: a request to try again while that may help, else a final failure.

    `description` is what a person reads; without it the error's own sentence.
    """
    reason = description or str(error)
    if isinstance(error, TransientError) and context.retry_number < RETRIES.max_retries:
        asked_for = error.retry_after.total_seconds() if error.retry_after else 0.0
        wait = max(asked_for, RETRIES.calculate_delay(context.retry_number + 1))
        context.log.warning("%s Trying again in %.0f seconds.", reason, wait)
        return dg.RetryRequested(max_retries=RETRIES.max_retries, seconds_to_wait=wait)
    return dg.Failure(description=reason, allow_retries=False)
