"""The promise: a figure of the survey is shown as what it is, and a missing one with its reason."""

from datetime import date

import pytest

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.sources.patient_survey.answer import REASONS, SurveyedUnit, read_results
from hjv_pipelines.sources.patient_survey.record import PatientSurvey
from hjv_pipelines.sources.source import Refusal

QUESTION = "Skulle du rekommendera hälso-/vårdcentralen till någon i din situation?"
A = "SE2321000016-A"
RESULT: dict[str, object] = {
    "hsaId": A,
    "year": 2025,
    "period": {"from": "2025-10-01", "to": "2025-10-31"},
    "answers": 143,
    "positiveShare": 0.873,
}


def result(**members: object) -> dict[str, object]:
    """Return a result with other `members`; `None` takes one away."""
    return {name: value for name, value in {**RESULT, **members}.items() if value is not None}


def answer(*results: object, **members: object) -> dict[str, object]:
    """Return a whole answer."""
    return {"question": QUESTION, "total": len(results), "results": list(results), **members}


def read_one(told: object) -> SurveyedUnit:
    (unit,) = read_results(answer(told))
    assert isinstance(unit, SurveyedUnit)
    return unit


def broken(unit: SurveyedUnit | Refusal) -> list[tuple[str, str, str]]:
    return [(found.field, found.rule, found.value) for found in unit.findings]


def test_a_result_is_read() -> None:
    unit = read_one(RESULT)
    assert (unit.hsa_id, unit.findings) == (A, ())
    assert unit.record == PatientSurvey(
        question=QUESTION,
        year=2025,
        period_from=date(2025, 10, 1),
        period_to=date(2025, 10, 31),
        answers=143,
        share=0.873,
    )


@pytest.mark.parametrize("share", [0, 0.0, 1, 1.0, 0.005])
def test_a_share_is_a_proportion(share: float) -> None:
    unit = read_one(result(positiveShare=share))
    assert (unit.record.share, unit.findings) == (share, ())


@pytest.mark.parametrize("share", [87.3, 1.01, -0.1, "0.87", True])
def test_what_is_no_proportion_is_dropped_and_never_guessed(share: object) -> None:
    """Trap 31: whoever gives 87 may mean per cent; 1 could then be one in a hundred."""
    unit = read_one(result(positiveShare=share, missing=None))
    assert unit.record.share is None
    assert ("positiveShare", "survey_share", str(share)) in broken(unit)


@pytest.mark.parametrize("reason", REASONS)
def test_a_withheld_share_is_no_zero(reason: str) -> None:
    """Trap 32."""
    unit = read_one(result(positiveShare=None, answers=12, missing=reason))
    assert (unit.record.share, unit.record.answers, unit.record.missing) == (None, 12, reason)
    assert unit.findings == ()


def test_a_share_beside_a_reason_is_withheld_all_the_same() -> None:
    unit = read_one(result(missing="too_few_answers"))
    assert (unit.record.share, unit.record.missing) == (None, "too_few_answers")
    assert broken(unit) == [("positiveShare", "survey_share_withheld", "0.873")]


@pytest.mark.parametrize(("reason", "kept"), [("closed_in_october", "closed_in_october"), (None, None), (7, None)])
def test_a_share_that_is_missing_without_a_known_reason_is_told(reason: object, kept: str | None) -> None:
    """Trap 25: a reason that nobody knows here is kept."""
    unit = read_one(result(positiveShare=None, missing=reason))
    assert unit.record.missing == kept
    assert [rule for _, rule, _ in broken(unit)] == ["survey_reason"]


@pytest.mark.parametrize("answers", [-1, 12.5, "143", True])
def test_a_number_of_answers_that_is_none_is_dropped(answers: object) -> None:
    unit = read_one(result(answers=answers))
    assert (unit.record.answers, unit.record.share) == (None, 0.873)
    assert broken(unit) == [("answers", "survey_answers", str(answers))]


@pytest.mark.parametrize(
    "period",
    [
        {"from": "2025-10-31", "to": "2025-10-01"},
        {"from": "2025-11-31", "to": "2025-12-01"},
        {"from": "2025-10-01"},
        {"from": 20251001, "to": 20251031},
        "oktober",
    ],
)
def test_a_period_that_is_none_is_dropped(period: object) -> None:
    unit = read_one(result(period=period))
    assert (unit.record.period_from, unit.record.period_to, unit.record.share) == (None, None, 0.873)
    assert [rule for _, rule, _ in broken(unit)] == ["survey_period"]


@pytest.mark.parametrize("year", [None, "2025", 25, 2025.0, True])
def test_a_result_of_no_year_is_refused(year: object) -> None:
    (refusal,) = read_results(answer(result(year=year)))
    assert isinstance(refusal, Refusal)
    assert (refusal.hsa_id, refusal.where) == (A, "results 1")
    assert [rule for _, rule, _ in broken(refusal)] == ["survey_year"]


@pytest.mark.parametrize("told", [result(hsaId="Eken"), result(hsaId=None), "a text", None])
def test_a_result_of_no_unit_is_refused_and_costs_no_other(told: object) -> None:
    refusal, unit = read_results(answer(told, RESULT))
    assert isinstance(refusal, Refusal)
    assert "survey_hsa_id" in [rule for _, rule, _ in broken(refusal)]
    assert isinstance(unit, SurveyedUnit)


def test_an_id_is_read_whatever_its_case() -> None:
    """Trap 19."""
    assert read_one(result(hsaId=" se2321000016-a")).hsa_id == A


def test_members_that_the_profile_does_not_know_are_passed_over() -> None:
    (unit,) = read_results(answer(result(benchmark=0.8), generatedBy="Signe"))
    assert isinstance(unit, SurveyedUnit)
    assert unit.findings == ()


def test_an_answer_cut_short_is_a_failure() -> None:
    """Trap 40: the rest of the nation did not lose its results."""
    with pytest.raises(TransientError, match="counts 1187 results and gave 1"):
        list(read_results(answer(RESULT, total=1187)))


def test_an_answer_without_any_result_is_a_failure() -> None:
    """Trap 7: the nation did not lose its results."""
    with pytest.raises(TransientError, match="no result at all"):
        list(read_results(answer()))


@pytest.mark.parametrize("told", [[], None, {}, {"results": []}, {"question": 1, "results": [], "total": 0}])
def test_what_is_no_answer_of_the_survey_is_refused(told: object) -> None:
    """Trap 6."""
    with pytest.raises(PermanentError, match="HJV_PATIENT_SURVEY_URL"):
        list(read_results(told))
