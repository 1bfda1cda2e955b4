"""Waiting times on the card: of every indicator the newest period, from both sources of them.

Here: which measurements are shown, and in what order. Not here: the contract (`sources/quality_indicators/`), and the
shape of a figure (`figures.py`).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

from hjv_pipelines import codes
from hjv_pipelines.cards import figures
from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.parts import CodedValue
from hjv_pipelines.cards.swedish import alphabetical
from hjv_pipelines.sources.quality_indicators.record import Measurement, QualityIndicators, Withheld
from hjv_pipelines.sources.source import Record

SourceName = Literal["waiting_times", "waiting_times_skane"]

_INDICATORS: Mapping[SourceName, str] = {
    "waiting_times": "waiting_times_indicator",
    "waiting_times_skane": "waiting_times_skane_indicator",
}
"""The lists of indicators by source, in the order in which the card shows the sources."""

_REASONS = "missing_measure_reason"


def waiting_times_from(facts: UnitFacts, _at: datetime) -> tuple[figures.WaitingTime, ...]:
    """Return the waiting times of a unit, source by source, indicators in the order of the Swedish alphabet."""
    return tuple(shown for source in _INDICATORS for shown in _of_source(source, facts.records.get(source)))


def _of_source(source: SourceName, record: Record | None) -> list[figures.WaitingTime]:
    if not isinstance(record, QualityIndicators):
        return []
    shown = [_waiting_time(source, measurement) for measurement in _newest(record)]
    return sorted(shown, key=lambda figure: (alphabetical(figure.indicator.name or ""), figure.indicator.code))


def _newest(record: QualityIndicators) -> Iterator[Measurement]:
    """Yield the newest measurement of each indicator, also one that is withheld: an old figure is none of now."""
    newest: dict[str, Measurement] = {}
    for measurement in sorted(record.measurements, key=lambda one: (one.period.last, one.period.first)):
        newest[measurement.indicator] = measurement
    yield from newest.values()


def _waiting_time(source: SourceName, measurement: Measurement) -> figures.WaitingTime:
    code, proportion, wait = measurement.indicator, measurement.proportion, measurement.wait
    return figures.WaitingTime(
        source=source,
        indicator=CodedValue(code=code, name=codes.name(_INDICATORS[source], code)),
        first_day=measurement.period.first,
        last_day=measurement.period.last,
        proportion=figures.Proportion.model_validate(proportion.model_dump()) if proportion else None,
        wait=figures.Wait.model_validate(wait.model_dump()) if wait else None,
        withheld=_reason(measurement.withheld) if measurement.withheld else None,
    )


def _reason(withheld: Withheld) -> CodedValue:
    code = withheld.reason
    return CodedValue(code=code, name=codes.name(_REASONS, code) if code else None)
