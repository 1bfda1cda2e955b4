"""The patient survey on the card: a proportion with its period and size, or the reason why there is none."""

from datetime import date

from hjv_pipelines.cards.patient_survey import patient_survey_from
from hjv_pipelines.sources.patient_survey.record import PatientSurvey
from hjv_pipelines_tests.cards.units import NOON, a_unit, built_of, facts_of

TOLD = PatientSurvey(
    question="Skulle du rekommendera vårdcentralen?",
    year=2025,
    period_from=date(2025, 10, 1),
    period_to=date(2025, 10, 31),
    answers=143,
    share=0.87,
)


def test_the_card_shows_the_figure_with_all_that_it_needs() -> None:
    facts = facts_of(a_unit(), records={"patient_survey": TOLD})
    card = built_of(facts).card
    assert card is not None
    assert card.patient_survey is not None
    assert card.patient_survey.model_dump(exclude_none=True) == TOLD.model_dump(exclude_none=True)


def test_a_withheld_figure_is_a_reason_and_no_zero() -> None:
    """Trap 32."""
    section = patient_survey_from(
        facts_of(
            a_unit(), records={"patient_survey": TOLD.model_copy(update={"share": None, "missing": "too_few_answers"})}
        ),
        NOON,
    )
    assert section is not None
    assert (section.share, section.missing, section.answers) == (None, "too_few_answers", 143)


def test_a_share_of_nobody_is_a_figure() -> None:
    section = patient_survey_from(
        facts_of(a_unit(), records={"patient_survey": TOLD.model_copy(update={"share": 0.0})}), NOON
    )
    assert section is not None
    assert (section.share, section.missing) == (0.0, None)


def test_a_unit_that_the_survey_does_not_name_has_no_section() -> None:
    assert patient_survey_from(facts_of(a_unit()), NOON) is None
