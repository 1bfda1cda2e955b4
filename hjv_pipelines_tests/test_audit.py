"""The audit of packages never takes "nobody could be asked" for "nothing is known", nor for "something was found"."""

import json
from pathlib import Path

import pytest

from hjv_pipelines_tests.audit import answer_of

CI = Path(__file__).parent.parent / ".ci" / "run"

SAFE = {"name": "zeep", "version": "4.3.1", "vulns": []}
HOLED = {"name": "lxml", "version": "6.0.2", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["6.0.3"]}]}
UNKNOWN = {"name": "httpx", "skip_reason": "Dependency not found on PyPI and could not be audited: httpx (0.28.1)"}


@pytest.mark.parametrize(
    ("pins", "exit_code", "words"),
    [
        ([SAFE], 0, "1 pins were looked up: no known hole"),
        ([SAFE, HOLED], 1, "lxml 6.0.2: PYSEC-2026-1, mended in 6.0.3"),
        ([SAFE, UNKNOWN], 75, "No audit: 1 could not be looked up, 1 could. The first: httpx"),
        ([HOLED, UNKNOWN], 1, "lxml 6.0.2"),
    ],
    ids=["looked up", "a hole", "not looked up", "a hole among what was looked up"],
)
def test_holes_and_what_could_not_be_looked_up_end_differently(
    pins: list[dict[str, object]], exit_code: int, words: str
) -> None:
    answer = answer_of(json.dumps({"dependencies": pins, "fixes": []}), "")
    assert answer.exit_code == exit_code
    assert words in str(answer)


@pytest.mark.parametrize("complaint", ["Traceback …\nConnectionError: pypi.org", ""])
def test_where_nobody_answers_nothing_was_looked_up(complaint: str) -> None:
    assert answer_of("", complaint).exit_code == 75


def test_continuous_integration_fails_for_a_hole_and_not_where_nobody_can_be_asked() -> None:
    assert "hjv_pipelines_tests.audit || (($? == 75))" in CI.read_text()
