"""What the national patient survey says of a unit, typed: one question's result, its period and its size.

Here: the fields, with their names in the profile (docs/contracts.md). Not here: reading them (`answer.py`).
"""

from datetime import date

from hjv_pipelines.sources.source import Record


class PatientSurvey(Record):
    """The latest result of "Skulle du rekommendera hälso-/vårdcentralen till någon i din situation?" for a unit.

    Either `share` is told or it is not, and then `missing` says why: a share that is withheld is no zero.
    """

    question: str
    """question: as it was put to the patients."""
    year: int
    """year: of the survey's round."""
    period_from: date | None = None
    """period.from: first day of the visits that it is about, Swedish time."""
    period_to: date | None = None
    """period.to: last day of the visits that it is about, Swedish time."""
    answers: int | None = None
    """answers: how many patients answered the question."""
    share: float | None = None
    """positiveShare: proportion, from 0 to 1, of those who answered that they would recommend the unit."""
    missing: str | None = None
    """missing: why there is no share, such as too_few_answers; also a reason that nobody knows here."""
