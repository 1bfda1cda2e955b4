"""The promise: a figure is read as it is meant or not at all, and why there is none is told as well as a figure."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.sources.quality_indicators.answer import UnitAnswer, read_units
from hjv_pipelines.sources.quality_indicators.measurement import MENDS, Indicators
from hjv_pipelines.sources.quality_indicators.profile import CONTINUOUS, PROPORTION, raw_measurements
from hjv_pipelines.sources.quality_indicators.record import Measurement, Period, Proportion, Wait, Withheld
from hjv_pipelines.sources.source import Refusal
from hjv_pipelines_tests.sources.quality_indicators import xml
from hjv_pipelines_tests.sources.quality_indicators.xml import (
    HSA_ID,
    INDICATOR,
    OCTOBER,
    SEPTEMBER,
    county,
    measure_id,
    measurement,
    missing,
    proportion,
    response,
    unit,
    wait,
)

SHARES = Indicators("Väntetider i vården", PROPORTION, {INDICATOR: "Inom tre dagar"})
WAITS = Indicators("Väntetider Skåne", CONTINUOUS, {INDICATOR: "Trauma"})
A_MONTH = Period(first=date(2026, 10, 1), last=date(2026, 10, 31))


def read(*measurements: str, asked: Indicators = SHARES) -> list[UnitAnswer | Refusal]:
    return list(read_units(raw_measurements(etree.fromstring(response(*measurements)), asked.source), asked))


def only(*measurements: str, asked: Indicators = SHARES) -> tuple[tuple[Measurement, ...], list[tuple[str, str, str]]]:
    """Return the measurements of the one unit of an answer, and its findings as field, rule and value."""
    (told,) = read(*measurements, asked=asked)
    assert isinstance(told, UnitAnswer)
    found = [(finding.field, finding.rule, finding.value) for finding in told.findings]
    return told.record.measurements if told.record else (), found


def test_everything_that_a_proportion_can_say_is_read() -> None:
    system = "<d:sourceSystem><d:systemId><d:root>1.2.752.129.2.1.2.1</d:root></d:systemId></d:sourceSystem>"
    told, findings = only(measurement(more=system))
    assert findings == []
    assert told == (
        Measurement(
            indicator=INDICATOR,
            period=A_MONTH,
            proportion=Proportion(rate=0.87, numerator=87, denominator=100, coverage=0.95),
            system="1.2.752.129.2.1.2.1",
        ),
    )


@pytest.mark.parametrize(("unit_of", "expected"), [("wk", "weeks"), ("d", "days")])
def test_a_wait_is_a_number_of_weeks_or_days(unit_of: str, expected: str) -> None:
    ((told,), findings) = only(measurement(wait("6.5", unit_of, "<d:count>40</d:count>")), asked=WAITS)
    assert findings == []
    assert told.wait == Wait.model_validate({"length": 6.5, "unit": expected, "count": 40})


def test_a_withheld_figure_is_no_zero() -> None:
    """Trap 32: why there is none is a value of its own."""
    ((told,), findings) = only(measurement(missing()))
    assert findings == []
    assert (told.proportion, told.wait, told.withheld) == (None, None, Withheld(reason="too_few"))


@pytest.mark.parametrize("rate", ["87", "1.01", "-0.1", "0,87", "87 %", "NaN", "", "8.7e-1", "٠.٥"])
def test_what_is_no_proportion_from_0_to_1_is_left_out(rate: str) -> None:
    """Trap 31: nobody can tell what 87 was meant to be."""
    told, findings = only(measurement(proportion(rate)), measurement(period=SEPTEMBER))
    assert [one.period.first.month for one in told] == [9]
    assert findings == [("rate", "indicator_rate", rate)]


@pytest.mark.parametrize("rate", ["0", "1", "0.0", "1.000", "0.87"])
def test_the_borders_belong_to_a_proportion(rate: str) -> None:
    ((told,), findings) = only(measurement(proportion(rate)))
    assert findings == []
    assert told.proportion == Proportion(rate=float(rate))


def test_a_figure_of_fewer_than_20_is_not_shown() -> None:
    """Trap 32: also when the source forgot to withhold it."""
    counts = "<d:denominator>19</d:denominator>"
    ((told,), findings) = only(measurement(proportion("0.5", counts)))
    assert told.withheld == Withheld(reason="too_few")
    assert told.proportion is None
    assert findings == [("denominator", "indicator_too_few", "19")]


def test_a_figure_of_20_is_shown() -> None:
    ((told,), findings) = only(measurement(proportion("0.5", "<d:denominator>20</d:denominator>")))
    assert findings == []
    assert told.proportion == Proportion(rate=0.5, denominator=20)


@pytest.mark.parametrize(
    ("measure", "asked", "expected"),
    [
        (wait("six"), WAITS, ("value, unit", "indicator_wait", "six wk")),
        (wait("6", "month"), WAITS, ("value, unit", "indicator_wait", "6 month")),
        (wait("-1"), WAITS, ("value, unit", "indicator_wait", "-1 wk")),
        (wait(), SHARES, ("measurement", "indicator_kind", "continuousVariableMeasure")),
        ("<d:cohortMeasure/>", SHARES, ("measurement", "indicator_kind", "cohortMeasure")),
        ("", SHARES, ("measurement", "indicator_kind", "")),
        (xml.PROPORTION * 2, SHARES, ("measurement", "indicator_kind", "proportionMeasure, proportionMeasure")),
        (xml.PROPORTION + missing(), SHARES, ("measurement", "indicator_kind", "proportionMeasure, missingMeasure")),
    ],
)
def test_what_is_no_measure_of_the_indicator_is_left_out(
    measure: str, asked: Indicators, expected: tuple[str, str, str]
) -> None:
    assert only(measurement(measure), asked=asked) == ((), [expected])


@pytest.mark.parametrize(
    "period", ["20261031-20261001", "2026-10", "20261301-20261331", "20260931-20261031", "-20261031"]
)
def test_a_figure_without_a_period_is_none(period: str) -> None:
    start, _, end = period.partition("-") if period != "2026-10" else ("2026", "", "10")
    written = f"<d:measurePeriod><d:start>{start}</d:start><d:end>{end}</d:end></d:measurePeriod>"
    told, ((field, rule, _value),) = only(measurement(period=written))
    assert (told, field, rule) == ((), "measurePeriod", "indicator_period")


def test_days_may_be_written_with_hyphens() -> None:
    ((told,), findings) = only(measurement(period=OCTOBER.replace("20261001", "2026-10-01")))
    assert (told.period, findings) == (A_MONTH, [])


@pytest.mark.parametrize("which", [measure_id("another"), measure_id(root="1.2.3"), ""])
def test_an_indicator_that_nobody_asked_for_is_left_out(which: str) -> None:
    """Another indicator's figure, such as one profession's, must not stand as that of all."""
    told, ((field, rule, _),) = only(measurement(which=which))
    assert (told, field, rule) == ((), "measureId", "indicator_unknown")


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ("<d:coverage>95</d:coverage>", "indicator_coverage"),
        ("<d:numerator>many</d:numerator>", "indicator_count"),
        ("<d:numerator>30</d:numerator><d:denominator>20</d:denominator>", "indicator_count"),
    ],
)
def test_a_broken_value_beside_the_figure_costs_only_itself(more: str, rule: str) -> None:
    ((told,), ((_, broken, _),)) = only(measurement(proportion("0.87", more)))
    assert broken == rule
    assert told.proportion == Proportion(rate=0.87)


@pytest.mark.parametrize(("reason", "kept"), [("<d:reasonCode>new</d:reasonCode>", "new"), ("", None)])
def test_a_reason_that_nobody_knows_is_kept_and_told(reason: str, kept: str | None) -> None:
    """Trap 25: code lists grow."""
    ((told,), findings) = only(measurement(missing(reason)))
    assert told.withheld == Withheld(reason=kept)
    assert findings == [("reasonCode", "indicator_reason", kept or "")]


def test_two_that_differ_are_both_left_out() -> None:
    """An organisation occurs once per indicator and period; which of two is right nobody can tell."""
    told, findings = only(measurement(), measurement(proportion("0.5")), measurement(period=SEPTEMBER))
    assert [one.period.first.month for one in told] == [9]
    assert findings == [("measurement", "indicator_repeated", "2026-10-01-2026-10-31")]


def test_the_same_twice_is_once() -> None:
    told, findings = only(measurement(), measurement())
    assert (len(told), findings) == (1, [])


THREE = [measurement(), measurement(period=SEPTEMBER), measurement(missing(), of=unit("SE2321000016-B"))]


@given(st.permutations(THREE))
def test_the_order_of_an_answer_means_nothing(measurements: list[str]) -> None:
    told = {one.hsa_id: one.record for one in read(*measurements) if isinstance(one, UnitAnswer)}
    assert told == {one.hsa_id: one.record for one in read(*sorted(measurements)) if isinstance(one, UnitAnswer)}


def test_a_county_has_a_figure_that_is_no_units() -> None:
    assert read(measurement(of=county("01", "organization"))) == []


def test_the_county_is_the_nearest_of_the_chain() -> None:
    municipality = (
        "<d:asOrganizationPartOf><d:organizationType>Kommun</d:organizationType><d:organizationId>"
        "<d:root>1.2.752.129.2.2.1.17</d:root><d:extension>1280</d:extension></d:organizationId>"
        f"{county('12')}</d:asOrganizationPartOf>"
    )
    (told,) = read(measurement(of=unit(above=municipality)))
    assert isinstance(told, UnitAnswer)
    assert told.county_code == "12"


@pytest.mark.parametrize("hsa_id", ["", "12345", "SE1-Å"])
def test_a_figure_of_nobody_is_refused(hsa_id: str) -> None:
    refusal, told = read(measurement(of=unit(hsa_id)), measurement(of=unit("se2321000016-a1 ")))
    assert isinstance(refusal, Refusal)
    assert (refusal.hsa_id, refusal.where, refusal.findings[0].rule) == (None, "measurement 1", "indicator_unit")
    assert isinstance(told, UnitAnswer)
    assert told.hsa_id == HSA_ID


def test_foreign_elements_and_another_wrapper_are_read_the_same() -> None:
    """Traps 35 and 36, and what is not attested: the element around a measurement."""
    foreign = '<x:rate xmlns:x="urn:x">0.1</x:rate>'
    extended = measurement(proportion("0.87", foreign), more=foreign).replace("performedMeasure", "result")
    ((told,), findings) = only(f"{foreign}{extended}")
    assert findings == []
    assert told.proportion == Proportion(rate=0.87)


def test_an_empty_body_is_no_answer() -> None:
    """Trap 43: this contract has none."""
    with pytest.raises(TransientError, match="empty SOAP Body"):
        list(raw_measurements(None, "Väntetider i vården"))


def test_the_answer_of_another_contract_is_refused() -> None:
    with pytest.raises(PermanentError, match="not with GetQualityIndicatorsResponse"):
        list(raw_measurements(etree.fromstring("<x/>"), "Väntetider i vården"))


def test_every_mend_reads_as_a_sentence() -> None:
    assert all(mend[0].islower() and not mend.endswith(".") for mend in MENDS.values())
