"""Everyone who is told of a finding is told in Swedish what is wrong, how it is mended, and by whom."""

import pytest

from hjv_pipelines.cards.disagreements import DISAGREEMENTS
from hjv_pipelines.findings.words import mender, rule_words, words_of
from hjv_pipelines.sources.eservices.values import MENDS as ESERVICES
from hjv_pipelines.sources.hsa.rules import RULES as HSA
from hjv_pipelines.sources.kka.rules import MENDS as KKA
from hjv_pipelines.sources.listing.answer import MENDS as LISTING
from hjv_pipelines.sources.offerings.rules import MENDS as OFFERINGS
from hjv_pipelines.sources.patient_survey.answer import MENDS as SURVEY
from hjv_pipelines.sources.quality_indicators.measurement import MENDS as INDICATORS
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.sources.vaccinera.answer import MENDS as VACCINERA

REGIONAL = ("unit_not_marked", "unit_of_another_county")
EVERY_RULE = {
    str(rule)
    for rules in (HSA, KKA, ESERVICES, LISTING, OFFERINGS, SURVEY, INDICATORS, VACCINERA, DISAGREEMENTS, REGIONAL)
    for rule in rules
}


@pytest.mark.parametrize("rule", sorted(EVERY_RULE))
def test_every_rule_has_words(rule: str) -> None:
    words = rule_words()[rule]
    assert words.what.endswith(".")
    assert words.how.endswith(".")


def test_there_are_no_words_of_rules_that_are_gone() -> None:
    assert set(rule_words()) == EVERY_RULE


def test_every_source_has_somebody_who_mends() -> None:
    for source in REGISTRATIONS:
        assert mender(source) != source


def test_what_sources_disagree_about_has_somebody_too() -> None:
    for rule in DISAGREEMENTS:
        assert mender("cards", rule) != "cards"


def test_a_rule_that_is_new_has_words_that_hold_of_any() -> None:
    assert words_of("rule_of_tomorrow").what
