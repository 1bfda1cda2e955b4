"""Promises of the national patient survey in the sandbox: the profile of docs/contracts.md."""

from collections.abc import Callable

import httpx
import pytest

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.faults import Fault, Service
from hjv_pipelines.settings import SANDBOX_PATHS
from hjv_pipelines_tests.sandbox.tiny import DIRTY, FULL, LONG_AGO

SURVEY = SANDBOX_PATHS["patient_survey_url"]


@pytest.fixture(autouse=True)
def told(archive: Archive) -> None:
    """Let the survey have asked about two units, of which one has a share."""
    archive.tell(FULL, "patient_survey", {"year": 2024, "answers": 143, "positiveShare": 0.87}, LONG_AGO)
    archive.tell(DIRTY, "patient_survey", {"year": 2024, "answers": 3, "missing": "too_few_answers"}, LONG_AGO)


def test_the_answer_counts_its_results(client: httpx.Client) -> None:
    """Trap 40."""
    answer = client.get(SURVEY)
    assert answer.headers["Content-Type"] == "application/json"
    told = answer.json()
    assert told["question"].startswith("Skulle du rekommendera")
    assert told["total"] == 2
    assert told["results"] == [
        {"hsaId": DIRTY.strip().upper(), "year": 2024, "answers": 3, "missing": "too_few_answers"},
        {"hsaId": FULL, "year": 2024, "answers": 143, "positiveShare": 0.87},
    ]


def test_it_breaks_as_files_do(client: httpx.Client, broken: Callable[[Service, Fault], None]) -> None:
    broken("patient_survey", Fault("fault", remaining=1))
    answer = client.get(SURVEY)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    broken("patient_survey", Fault("nothing", remaining=1))
    assert client.get(SURVEY).json()["total"] == 0
    assert client.get(SURVEY).json()["total"] == 2
