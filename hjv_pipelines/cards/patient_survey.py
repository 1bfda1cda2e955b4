"""The patient survey on the card: one figure, with its question, its period and its size, or why there is none.

Here: the survey's record as the card's section. Not here: the profile (`sources/patient_survey/`).
"""

from hjv_pipelines.cards.model import PatientSurvey
from hjv_pipelines.sources.patient_survey import record as told
from hjv_pipelines.sources.source import Record


def patient_survey_from(record: Record | None) -> PatientSurvey | None:
    """Return the section; none for a unit that the survey does not name."""
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
