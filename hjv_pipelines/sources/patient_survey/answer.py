"""The survey's answer, read: a result a unit, with what breaks a rule.

Here: the profile's members and their values (docs/contracts.md). Not here: the asking (`source.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.hsa_id import spelled_in
from hjv_pipelines.sources.patient_survey.record import PatientSurvey
from hjv_pipelines.sources.source import Finding, Refusal
from hjv_pipelines.sources.texts import one_line

RuleName = Literal[
    "survey_hsa_id",
    "survey_year",
    "survey_period",
    "survey_answers",
    "survey_share",
    "survey_share_withheld",
    "survey_reason",
]

MENDS: MappingProxyType[RuleName, str] = MappingProxyType(
    {
        "survey_hsa_id": "the result is left out, since its hsaId is no HSA-id; correct it",
        "survey_year": "the result is left out, since it does not say which year it is of; give four digits",
        "survey_period": "the period is left out; give two dates, YYYY-MM-DD, the first one first",
        "survey_answers": "the number of answers is left out; give a whole number",
        "survey_share": "the share is left out; give a proportion from 0 to 1, not per cent",
        "survey_share_withheld": "the share is left out, since a reason for withholding it is given as well",
        "survey_reason": "there is no share and no known reason for that; give one of the profile's",
    }
)
"""What breaking a rule means, and what to do."""

REASONS = ("too_few_answers", "not_surveyed", "not_reported")
"""The profile's reasons for a missing share."""

_YEARS = range(2000, 2100)
_ELSEWHERE = "Check HJV_PATIENT_SURVEY_URL."


@dataclass(frozen=True, slots=True)
class SurveyedUnit:
    """A unit that the answer names: `hsa_id` in its normal form."""

    hsa_id: str
    record: PatientSurvey
    findings: tuple[Finding, ...]


def read_results(answer: object) -> Iterator[SurveyedUnit | Refusal]:
    """Yield the results of an answer. Members that the profile does not know are passed over.

    Raises `PermanentError` for what is no answer of the survey, `TransientError` for one that holds fewer results
    than it counts (trap 40) or none at all (trap 7): neither says that the other units have none.
    """
    question, results = _frame(answer)
    for position, result in enumerate(results, start=1):
        yield _Result(result if isinstance(result, Mapping) else {}).read(question, f"results {position}")


def _frame(answer: object) -> tuple[str, list[object]]:
    """Return the question and the results of an answer."""
    if not isinstance(answer, Mapping):
        raise PermanentError(f"The patient survey answered with something that is no result list. {_ELSEWHERE}")
    question, results, total = answer.get("question"), answer.get("results"), answer.get("total")
    if not isinstance(question, str) or not isinstance(results, list) or not isinstance(total, int):
        raise PermanentError(f"The patient survey answered without question, results or total. {_ELSEWHERE}")
    if len(results) != total:
        raise TransientError(
            f"The patient survey counts {total} results and gave {len(results)}. Trying again may help."
        )
    if not results:
        raise TransientError("The patient survey gave no result at all: the nation always has some. Try again later.")
    return one_line(question).value or "", results


class _Result:
    """Reads one result, and gathers in `findings` what breaks a rule on the way."""

    def __init__(self, result: Mapping[str, object]) -> None:
        self._result = result
        self._findings: list[Finding] = []

    def read(self, question: str, where: str) -> SurveyedUnit | Refusal:
        raw = self._result.get("hsaId")
        spelled = raw if isinstance(raw, str) else ""
        hsa_id, year = spelled_in(spelled), self._year()
        if hsa_id is None:
            self._breaks("hsaId", "survey_hsa_id")
        if hsa_id is None or year is None:
            return Refusal(hsa_id, where, tuple(self._findings))
        period_from, period_to = self._period()
        missing = self._text("missing")
        share = self._share(missing)
        record = PatientSurvey(
            question=question,
            year=year,
            period_from=period_from,
            period_to=period_to,
            answers=self._answers(),
            share=share,
            missing=missing,
        )
        if share is None and missing not in REASONS:
            self._breaks("missing", "survey_reason")
        return SurveyedUnit(hsa_id, record, tuple(self._findings))

    def _year(self) -> int | None:
        year = _whole(self._result.get("year"))
        if year is None or year not in _YEARS:
            self._breaks("year", "survey_year")
            return None
        return year

    def _period(self) -> tuple[date | None, date | None]:
        period = self._result.get("period")
        if period is None:
            return None, None
        try:
            ends = [date.fromisoformat(period[end]) for end in ("from", "to")] if isinstance(period, Mapping) else []
        except (KeyError, TypeError, ValueError):
            ends = []
        if not ends or ends != sorted(ends):
            self._breaks("period", "survey_period")
            return None, None
        return ends[0], ends[1]

    def _answers(self) -> int | None:
        raw = self._result.get("answers")
        answers = _whole(raw)
        if raw is not None and (answers is None or answers < 0):
            self._breaks("answers", "survey_answers")
            return None
        return answers

    def _share(self, missing: str | None) -> float | None:
        """Return the share. One that looks like per cent is nobody's guess: 1 may be all, or one in a hundred."""
        raw = self._result.get("positiveShare")
        if raw is None:
            return None
        if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= 1:
            self._breaks("positiveShare", "survey_share")
            return None
        if missing is not None:
            self._breaks("positiveShare", "survey_share_withheld")
            return None
        return float(raw)

    def _text(self, member: str) -> str | None:
        raw = self._result.get(member)
        return one_line(raw).value if isinstance(raw, str) else None

    def _breaks(self, member: str, rule: RuleName) -> None:
        raw = self._result.get(member)
        self._findings.append(
            Finding(
                field=member,
                rule=rule,
                value="" if raw is None else str(raw),
                mend=f"The national patient survey: {MENDS[rule]}.",
            )
        )


def _whole(raw: object) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None
