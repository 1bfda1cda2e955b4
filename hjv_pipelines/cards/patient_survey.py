"""The patient survey on the card: one figure, with its question, its period and its size, or why there is none.

Here: the section, and how it is made of the survey's record. Not here: the profile (`sources/patient_survey/`).
"""

from datetime import date, datetime
from typing import Annotated

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.parts import Part
from hjv_pipelines.cards.provenance import said_by
from hjv_pipelines.sources.patient_survey import record as told


class PatientSurvey(Part):
    """Nationell patientenkät: whether patients would recommend the unit, in the latest round."""

    question: Annotated[str, said_by("patient_survey", "question")]
    """Question that was put to the patients, in Swedish."""
    year: Annotated[int, said_by("patient_survey", "year")]
    """Year of the round."""
    period_from: Annotated[date | None, said_by("patient_survey", "period_from")] = None
    """First day of the visits that it is about, Swedish time."""
    period_to: Annotated[date | None, said_by("patient_survey", "period_to")] = None
    """Last day of the visits that it is about, Swedish time."""
    answers: Annotated[int | None, said_by("patient_survey", "answers")] = None
    """Number of patients who answered; none where it is not told."""
    share: Annotated[float | None, said_by("patient_survey", "share")] = None
    """Proportion of those who would recommend the unit, from 0 to 1: 0.87 is 87 per cent."""
    missing: Annotated[str | None, said_by("patient_survey", "missing")] = None
    """Reason why there is no proportion: too_few_answers, not_surveyed, not_reported, or one that is new."""


def patient_survey_from(facts: UnitFacts, _at: datetime) -> PatientSurvey | None:
    """Return the section; none for a unit that the survey does not name."""
    record = facts.records.get("patient_survey")
    if not isinstance(record, told.PatientSurvey):
        return None
    return PatientSurvey(
        question=record.question,
        year=record.year,
        period_from=record.period_from,
        period_to=record.period_to,
        answers=record.answers,
        share=record.share,
        missing=record.missing if record.share is None else None,
    )
