"""A card is a pure function: the same facts and moment give the same bytes, and every value has its place."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.canonical import canonical_json
from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.neighbours import Dependency
from hjv_pipelines.cards.parts import AgeRange, CodedValue, Image
from hjv_pipelines.cards.visibility import Policy, judge
from hjv_pipelines.sources.hsa.record import AgeRule, BusinessClassification, HsaUnit, Notice, Rt90
from hjv_pipelines_tests.cards.units import (
    HSA_ID,
    NOON,
    a_time_span,
    a_unit,
    built,
    facts_of,
    moments,
    the_card,
    time_spans,
)

TEXTS = st.none() | st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=30)
OTHERS = ("SE2321000016-B", "SE2321000016-C", HSA_ID)


@st.composite
def units(draw: st.DrawFn) -> HsaUnit:
    return a_unit(
        public_name=draw(TEXTS),
        location=draw(TEXTS),
        description=draw(TEXTS),
        business_types=draw(st.lists(st.sampled_from(("01", "02", "03", "97"))).map(tuple)),
        rt90=draw(
            st.none() | st.builds(Rt90, x=st.integers(6_100_000, 7_700_000), y=st.integers(1_200_000, 1_900_000))
        ),
        surgery_hours=draw(st.lists(time_spans(), max_size=4).map(tuple)),
        related_units=draw(st.lists(st.sampled_from(OTHERS)).map(tuple)),
        notice=draw(st.none() | st.just(Notice(text="Stängt"))),
    )


@given(units(), moments())
def test_the_same_facts_and_moment_give_the_same_bytes(unit: HsaUnit, at: datetime) -> None:
    one = built(unit, at, cards=OTHERS)
    other = built(HsaUnit.model_validate_json(unit.model_dump_json()), at, cards=OTHERS)
    assert one == other
    if one.card and other.card:
        assert canonical_json(one.card) == canonical_json(other.card)


@given(units(), moments())
def test_a_card_survives_its_json(unit: HsaUnit, at: datetime) -> None:
    card = built(unit, at, cards=OTHERS).card
    if card:
        assert ContactCard.model_validate_json(canonical_json(card)) == card


@given(units(), moments())
def test_there_is_a_card_if_and_only_if_no_rule_fails(unit: HsaUnit, at: datetime) -> None:
    result = built(unit, at)
    assert (result.card is not None) == (not result.failed_rules)


@given(units(), moments())
def test_a_publication_names_the_rules_that_an_explanation_finds_failing(unit: HsaUnit, at: datetime) -> None:
    explained = judge(facts_of(unit), at, Policy())
    assert built(unit, at).failed_rules == tuple(result.rule for result in explained.failing)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"public_name": "Lunds vårdcentral"}, "Lunds vårdcentral"),
        ({"name": "Kirurgmottagningen", "location": "Lund"}, "Kirurgmottagningen Lund"),
        ({"name": "Vårdcentralen Lund", "location": "Lund"}, "Vårdcentralen Lund"),
        ({"name": "Kirurgmottagningen"}, "Kirurgmottagningen"),
    ],
)
def test_the_name_is_the_public_one_or_the_units_own_with_its_locality(changes: dict[str, Any], name: str) -> None:
    assert the_card(a_unit(**changes)).header.name == name


def test_texts_are_given_as_they_were_written() -> None:
    """Trap 29: å, ä, ö as they came. HSA's texts are plain text: nothing is stripped as if it were markup."""
    text = "Åäö\nför barn <2 år & vuxna"
    assert the_card(a_unit(description=text)).about.description == text


def test_codes_keep_their_leading_zeros_and_get_their_names() -> None:
    """Trap 24."""
    kinds = the_card(a_unit(business_types=("02",))).kinds
    assert kinds.business_types == (CodedValue(code="02", name="Vårdcentral"),)
    assert kinds.care_types == (CodedValue(code="01", name="Öppenvård"),)


def test_a_code_that_no_list_knows_is_shown_without_a_name() -> None:
    """Trap 25."""
    assert the_card(a_unit(care_types=("97",))).kinds.care_types == (CodedValue(code="97"),)


def test_ownership_is_a_code_or_the_clear_text() -> None:
    card = the_card(a_unit(managements=("2", "Region")))
    assert card.kinds.ownership == (CodedValue(code="2", name="Kommun"), CodedValue(name="Region"))


def test_business_classifications_stand_in_the_order_of_their_codes() -> None:
    pairs = [BusinessClassification(code=code, name=f"Verksamhet {code}") for code in ("1506", "1013", "1506")]
    kinds = the_card(a_unit(business_classifications=tuple(pairs))).kinds
    assert [pair.code for pair in kinds.business_classifications] == ["1013", "1506"]


def test_county_and_municipality_have_their_names() -> None:
    find = the_card(a_unit(county_name=None, municipality_code="0180")).find
    assert find.county == CodedValue(code="01", name="Stockholms län")
    assert find.municipality == CodedValue(code="0180", name="Stockholm")


def test_a_distance_unit_has_no_map() -> None:
    assert the_card(a_unit()).find.position is not None
    assert the_card(a_unit(business_types=("03",))).find.position is None


def test_a_unit_lies_in_the_region_of_its_county_and_else_at_a_distance() -> None:
    assert built(a_unit()).region == "01-stockholm"
    assert built(a_unit(county_code=None, county_name=None, business_types=("03",))).region == "00-distans"
    assert built(None).region == "00-distans"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (AgeRule(from_age=6, to_age=17), "6–17 år"),
        (AgeRule(from_age=18), "Från 18 år"),
        (AgeRule(from_age=0, to_age=17), "Till och med 17 år"),
        (AgeRule(from_age=0, to_age=0), "Under 1 år"),
        (AgeRule(from_age=40, to_age=40), "40 år"),
        (AgeRule(from_age=0, comment="barn i mån av tid"), "Alla åldrar (barn i mån av tid)"),
    ],
)
def test_ages_read_as_a_swede_writes_them(rule: AgeRule, text: str) -> None:
    (shown,) = the_card(a_unit(age_rules=(rule,))).about.ages
    assert shown == AgeRange(from_age=rule.from_age, to_age=rule.to_age, comment=rule.comment, text=text)


def test_a_rule_of_ages_that_shuts_nobody_out_is_not_shown() -> None:
    assert the_card(a_unit(age_rules=(AgeRule(from_age=0),))).about.ages == ()


def test_a_picture_comes_with_its_text() -> None:
    card = the_card(a_unit(photo="/9j/4AAQ", photo_text="Entrén"))
    assert card.about.photo == Image(jpeg="/9j/4AAQ", text="Entrén")
    assert card.about.logotype is None


def test_only_units_that_have_a_card_are_related() -> None:
    unit = a_unit(related_units=("SE2321000016-C", "SE2321000016-B", "SE2321000016-C", HSA_ID))
    result = built(unit, cards=("SE2321000016-C", HSA_ID))
    assert result.card is not None
    assert result.card.related_units == ("SE2321000016-C",)


def test_a_card_depends_on_all_units_that_hsa_relates_it_to() -> None:
    unit = a_unit(related_units=("SE2321000016-C", "SE2321000016-B", HSA_ID))
    assert built(unit).depends_on == (Dependency("SE2321000016-B", "hsa"), Dependency("SE2321000016-C", "hsa"))


def test_a_unit_without_a_card_depends_on_none() -> None:
    assert built(a_unit(related_units=("SE2321000016-B",), feigned=True)).depends_on == ()


def test_whether_it_is_open_now_is_not_on_the_card() -> None:
    unit = a_unit(surgery_hours=(a_time_span("3-3", "08:00", "17:00"),))
    morning, night = NOON.replace(hour=8), NOON.replace(hour=22)
    assert canonical_json(the_card(unit, morning)) == canonical_json(the_card(unit, night))
