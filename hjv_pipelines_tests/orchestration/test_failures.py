"""A passing failure is tried again, a bounded number of times; a lasting one is told at once and not tried again."""

from datetime import timedelta

import dagster as dg
import pytest

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.orchestration.failures import RETRIES, step_failure, told_to_dagster

BUSY = TransientError("HSA does not answer.")
REFUSED = PermanentError("HSA refuses our certificate: order a new one.")


def test_a_passing_failure_is_tried_again_after_a_while() -> None:
    for attempt in range(RETRIES.max_retries):
        asked = step_failure(BUSY, attempt)
        assert isinstance(asked, dg.RetryRequested)
        assert asked.max_retries == RETRIES.max_retries
        assert 0 < (asked.seconds_to_wait or 0) <= 2 * 10 * 2**attempt


def test_it_is_not_tried_for_ever() -> None:
    """The last attempt fails for good, with the reason (trap 46)."""
    last = step_failure(BUSY, RETRIES.max_retries)
    assert isinstance(last, dg.Failure)
    assert last.description == "HSA does not answer."
    assert not last.allow_retries


def test_the_wait_that_the_other_side_asked_for_is_kept() -> None:
    """`Retry-After` is longer than ours: it holds (trap 45)."""
    asked = step_failure(TransientError("Busy.", retry_after=timedelta(minutes=5)), 0)
    assert isinstance(asked, dg.RetryRequested)
    assert asked.seconds_to_wait == 300


def test_a_lasting_failure_is_told_at_once_in_its_own_words() -> None:
    """A permanent error is not tried again (trap 46)."""
    with pytest.raises(dg.Failure) as told, told_to_dagster(0):
        raise REFUSED
    assert told.value.description == str(REFUSED)
    assert not told.value.allow_retries


def test_a_defect_of_ours_is_not_dressed_up() -> None:
    with pytest.raises(ZeroDivisionError), told_to_dagster(0):
        1 / 0  # noqa: B018
