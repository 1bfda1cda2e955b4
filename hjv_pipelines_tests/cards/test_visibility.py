"""When a unit has a card, and what is said when it has none: every reason, its value, and who can mend it."""

from datetime import timedelta
from typing import Any

import pytest

from hjv_pipelines.cards.visibility import RULE_NAMES, Policy, RuleResult, Verdict, judge
from hjv_pipelines.sources.hsa.record import BusinessClassification, Rt90, Sweref99
from hjv_pipelines.sources.source import Finding
from hjv_pipelines_tests.cards.units import NOON, a_finding, a_unit, facts_of

COPENHAGEN = Sweref99(latitude=55.676, longitude=12.568)


def judged(*findings: Finding, policy: Policy | None = None, **changes: object) -> Verdict:
    return judge(facts_of(a_unit(**changes), *findings), NOON, policy or Policy())


def failing(*findings: Finding, policy: Policy | None = None, **changes: object) -> list[str]:
    return [result.rule for result in judged(*findings, policy=policy, **changes).failing]


def result_of(rule: str, *findings: Finding, **changes: object) -> RuleResult:
    return next(result for result in judged(*findings, policy=None, **changes).results if result.rule == rule)


def test_a_unit_that_passes_every_rule_has_a_card() -> None:
    verdict = judged()
    assert verdict.visible
    assert [result.rule for result in verdict.results] == list(RULE_NAMES)


def test_the_rules_stand_in_the_order_that_everyone_relies_on() -> None:
    assert RULE_NAMES == (
        "known_to_hsa",
        "destination",
        "care_type",
        "county",
        "coordinates",
        "inside_sweden",
        "business_code",
        "started",
        "not_ended",
        "not_archived",
        "not_feigned",
    )


def test_a_unit_that_hsa_does_not_know_has_no_card_and_no_other_reason() -> None:
    verdict = judge(facts_of(None), NOON, Policy())
    assert not verdict.visible
    assert [result.rule for result in verdict.results] == ["known_to_hsa"]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"destination_indicators": ("01", "02")}, "destination"),
        ({"destination_indicators": ()}, "destination"),
        ({"care_types": ()}, "care_type"),
        ({"county_code": None, "county_name": None}, "county"),
        ({"rt90": None}, "coordinates"),
        ({"rt90": Rt90(x=6174000, y=1305000)}, "inside_sweden"),
        ({"start_date": NOON + timedelta(seconds=1)}, "started"),
        ({"end_date": NOON}, "not_ended"),
        ({"archived": True}, "not_archived"),
        ({"feigned": True}, "not_feigned"),
    ],
)
def test_a_unit_that_breaks_one_rule_has_that_reason_alone(changes: dict[str, Any], rule: str) -> None:
    """Traps 20 and 27: no position, one in Denmark; feigned and archived units."""
    assert failing(**changes) == [rule]


def test_every_reason_is_told_at_once() -> None:
    assert failing(destination_indicators=(), care_types=(), rt90=None, feigned=True) == [
        "destination",
        "care_type",
        "coordinates",
        "not_feigned",
    ]


def test_either_of_03_and_04_leads_to_a_card() -> None:
    assert failing(destination_indicators=("04",)) == []


def test_codes_are_strings_so_that_3_is_not_03() -> None:
    """Trap 24."""
    assert failing(destination_indicators=("3",)) == ["destination"]


def test_a_code_that_no_list_knows_is_a_code() -> None:
    """Trap 25."""
    assert failing(a_finding("careType", "unknown_code", "97"), care_types=("97",)) == []


def test_a_distance_unit_needs_no_county_and_no_coordinates() -> None:
    """Trap 20: a unit at a distance is fine without."""
    assert failing(business_types=("03",), county_code=None, county_name=None, rt90=None) == []


def test_a_distance_unit_may_lie_anywhere() -> None:
    assert failing(business_types=("03",), rt90=None, sweref99=COPENHAGEN) == []


def test_sweref_99_will_do_where_rt90_is_missing() -> None:
    assert failing(rt90=None, sweref99=Sweref99(latitude=59.33, longitude=18.09)) == []


def test_without_a_position_nobody_says_that_it_lies_abroad() -> None:
    assert result_of("inside_sweden", rt90=None).passed


def test_a_business_code_is_asked_only_where_the_region_asks() -> None:
    asks = Policy(business_code_required_in=frozenset({"01-stockholm"}))
    elsewhere = Policy(business_code_required_in=frozenset({"12-skane"}))
    coded = (BusinessClassification(code="1506", name="Distriktssköterskeverksamhet"),)
    assert failing(policy=asks) == ["business_code"]
    assert failing(policy=asks, business_classifications=coded) == []
    assert failing(policy=elsewhere) == []


def test_a_unit_has_its_card_from_the_moment_it_starts_until_the_moment_it_ends() -> None:
    """Trap 16: a date passes with no event from anyone."""
    facts = facts_of(a_unit(start_date=NOON, end_date=NOON + timedelta(hours=1)))
    seconds = (-1, 0, 3599, 3600)
    assert [judge(facts, NOON + timedelta(seconds=after), Policy()).visible for after in seconds] == [
        False,
        True,
        True,
        False,
    ]


def test_a_reason_shows_the_value_that_had_to_be_left_out_and_how_to_mend_it() -> None:
    """Trap 20: X and Y swapped; the editor sees what stands in HSA."""
    swapped = a_finding("geographicalCoordinatesRt90", "coordinates_swapped", "X: 1630250, Y: 6581164")
    result = result_of("coordinates", swapped, rt90=None)
    assert not result.passed
    assert result.value == "none; left out: X: 1630250, Y: 6581164 (coordinates_swapped)"
    assert result.mend == "Mend geographicalCoordinatesRt90."


def test_county_code_and_name_that_disagree_are_told_both() -> None:
    """Trap 26."""
    findings = (
        a_finding("countyCode", "county_mismatch", "12"),
        a_finding("countyName", "county_mismatch", "Hallands län"),
    )
    result = result_of("county", *findings, county_code=None, county_name=None)
    assert result.value == "none; left out: 12 (county_mismatch); left out: Hallands län (county_mismatch)"


def test_a_value_that_was_left_out_is_told_also_where_another_saved_the_unit() -> None:
    broken = a_finding("geographicalCoordinatesRt90", "coordinates_wgs84", "X: 59.33, Y: 18.09")
    result = result_of("coordinates", broken, rt90=None, sweref99=Sweref99(latitude=59.33, longitude=18.09))
    assert result.passed
    assert result.value == "SWEREF 99: 59.33, 18.09; left out: X: 59.33, Y: 18.09 (coordinates_wgs84)"
    assert result.mend == ""


def test_a_note_on_a_value_that_stayed_is_no_part_of_a_reason() -> None:
    noted = a_finding("careType", "unknown_code", "97")
    assert result_of("care_type", noted, care_types=("97",)).value == "97"


def test_every_failing_rule_names_its_source_and_a_remedy() -> None:
    verdict = judged(
        policy=Policy(business_code_required_in=frozenset({"00-distans"})),
        destination_indicators=(),
        care_types=(),
        county_code=None,
        county_name=None,
        rt90=None,
        start_date=NOON + timedelta(days=1),
        end_date=NOON - timedelta(days=1),
        archived=True,
        feigned=True,
    )
    assert len(verdict.failing) == len(RULE_NAMES) - 2
    assert all(result.source == "hsa" and result.mend for result in verdict.failing)


def test_dates_are_told_in_swedish_time_also_those_that_mean_never() -> None:
    never = NOON.replace(year=9999, month=12, day=31, hour=23)
    assert result_of("started", start_date=NOON).value == "2026-03-11 12:00"
    assert result_of("not_ended", end_date=never).value == "9999-12-31 23:00"
