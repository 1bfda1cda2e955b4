"""Waiting times on the card: the newest of each indicator, marked with its source, and no figure for a zero."""

from datetime import date

from hjv_pipelines.cards.waiting_times import waiting_times_from
from hjv_pipelines.sources.quality_indicators.record import (
    Measurement,
    Period,
    Proportion,
    QualityIndicators,
    Wait,
    Withheld,
)
from hjv_pipelines.sources.waiting_times import WaitingTimesSource
from hjv_pipelines.sources.waiting_times_skane import WaitingTimesSkaneSource
from hjv_pipelines_tests.cards.units import NOON, a_unit, built_of, facts_of

(WITHIN_THREE_DAYS,) = WaitingTimesSource.indicators.names
TREATMENTS = tuple(WaitingTimesSkaneSource.indicators.names)
OCTOBER = Period(first=date(2026, 10, 1), last=date(2026, 10, 31))
SEPTEMBER = Period(first=date(2026, 9, 1), last=date(2026, 9, 30))
SHARE = Proportion(rate=0.87, numerator=87, denominator=100)


def told(*measurements: Measurement) -> QualityIndicators:
    return QualityIndicators(measurements=measurements)


def assessed(period: Period, **figure: object) -> Measurement:
    return Measurement.model_validate({"indicator": WITHIN_THREE_DAYS, "period": period, **figure})


def test_a_proportion_stands_with_its_period_and_its_counts() -> None:
    (shown,) = waiting_times_from(
        facts_of(a_unit(), records={"waiting_times": told(assessed(OCTOBER, proportion=SHARE))}), NOON
    )
    assert (shown.source, shown.indicator.name) == (
        "waiting_times",
        "Medicinsk bedömning inom tre dagar, alla yrkeskategorier",
    )
    assert (shown.first_day, shown.last_day) == (OCTOBER.first, OCTOBER.last)
    assert shown.proportion is not None
    assert (shown.proportion.rate, shown.proportion.numerator, shown.proportion.denominator) == (0.87, 87, 100)


def test_a_withheld_month_is_shown_rather_than_an_older_figure() -> None:
    """Trap 32: the reason is the news."""
    record = told(assessed(SEPTEMBER, proportion=SHARE), assessed(OCTOBER, withheld=Withheld(reason="too_few")))
    (shown,) = waiting_times_from(facts_of(a_unit(), records={"waiting_times": record}), NOON)
    assert (shown.first_day, shown.proportion) == (OCTOBER.first, None)
    assert shown.withheld is not None
    assert (shown.withheld.code, shown.withheld.name) == ("too_few", "Färre än 20 att räkna på")


def test_an_unknown_reason_stands_with_its_code() -> None:
    """Trap 25."""
    (shown,) = waiting_times_from(
        facts_of(a_unit(), records={"waiting_times": told(assessed(OCTOBER, withheld=Withheld(reason="new")))}), NOON
    )
    assert shown.withheld is not None
    assert (shown.withheld.code, shown.withheld.name) == ("new", None)


def test_both_sources_stand_in_one_list_each_marked_with_its_source() -> None:
    waits = [
        Measurement(indicator=treatment, period=OCTOBER, wait=Wait(length=6, unit="weeks")) for treatment in TREATMENTS
    ]
    records = {
        "waiting_times_skane": told(*reversed(waits)),
        "waiting_times": told(assessed(OCTOBER, proportion=SHARE)),
    }
    card = built_of(facts_of(a_unit(), records=dict(records))).card
    assert card is not None
    shown = [(figure.source, figure.indicator.name) for figure in card.waiting_times]
    assert shown[0][0] == "waiting_times"
    assert [source for source, _ in shown[1:]] == ["waiting_times_skane"] * len(TREATMENTS)
    assert [name for _, name in shown[1:]] == sorted(WaitingTimesSkaneSource.indicators.names.values())


def test_a_unit_without_a_record_has_none() -> None:
    assert waiting_times_from(facts_of(a_unit()), NOON) == ()
