"""Trying again is told of in words: which try failed, why, and when the next comes."""

import pytest

from hjv_pipelines.failures import TransientError
from hjv_pipelines.transport.patience import PATIENCE


@pytest.mark.usefixtures("waits")
def test_a_try_that_failed_is_told_of_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    answers = iter([TransientError("HSA answered 503."), None])

    def ask() -> str:
        if failure := next(answers):
            raise failure
        return "well"

    assert PATIENCE.ask(ask) == "well"
    (told,) = caplog.messages
    assert told.startswith("Try 1 failed, the next comes in ")
    assert told.endswith(" s: HSA answered 503.")
