"""What an answer says unit by unit: the measurements of each care unit gathered, those of other organisations not.

Here: which measurements are of one unit, and which of several that disagree count. Not here: a measurement's values
(`measurement.py`), and where the elements stand (`profile.py`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hjv_pipelines.hsa_id import spelled_in
from hjv_pipelines.sources.quality_indicators.measurement import Indicators, MeasurementReader, finding
from hjv_pipelines.sources.quality_indicators.profile import CARE_UNIT, RawMeasurement
from hjv_pipelines.sources.quality_indicators.record import Measurement, QualityIndicators
from hjv_pipelines.sources.source import Finding, Refusal


@dataclass(slots=True)
class UnitAnswer:
    """What an answer says of one unit, at the place `where`.

    `county_code` is the one of the unit's chain of organisations, empty where that names none. `record` is `None`
    where none of its measurements can be used.
    """

    hsa_id: str
    where: str
    county_code: str
    findings: list[Finding] = field(default_factory=list)
    _told: dict[tuple[object, ...], list[Measurement]] = field(default_factory=dict)

    def add(self, measurement: Measurement) -> None:
        """Take one more measurement, unless it is there already."""
        period = measurement.period
        alike = self._told.setdefault((measurement.indicator, period.first, period.last), [])
        if measurement not in alike:
            alike.append(measurement)

    @property
    def record(self) -> QualityIndicators | None:
        """Return the measurements that nothing speaks against, in order."""
        told = tuple(alike[0] for _, alike in sorted(self._told.items()) if len(alike) == 1)
        return QualityIndicators(measurements=told) if told else None

    def contradictions(self, indicators: Indicators) -> Iterator[Finding]:
        """Yield a finding for each indicator and period of which there are several measurements that differ."""
        for (indicator, first, last), alike in sorted(self._told.items()):
            if len(alike) > 1:
                of = f"{indicators.source}, {indicators.names[str(indicator)]} {first}"
                yield finding("measurement", "indicator_repeated", f"{first}-{last}", of)


def read_units(measurements: Iterable[RawMeasurement], indicators: Indicators) -> Iterator[UnitAnswer | Refusal]:
    """Yield the care units of an answer, each once, and a refusal of every measurement of nobody.

    Counties and the nation have measurements as well: they are passed over.
    """
    units: dict[str, UnitAnswer] = {}
    for raw in measurements:
        if raw.organisation.kind not in {CARE_UNIT, ""}:
            continue
        where = f"measurement {raw.position}"
        hsa_id = spelled_in(raw.organisation.hsa_id)
        if hsa_id is None:
            breach = finding("hsaId", "indicator_unit", raw.organisation.hsa_id, indicators.source)
            yield Refusal(None, where, (breach,))
            continue
        unit = units.setdefault(hsa_id, UnitAnswer(hsa_id, where, raw.organisation.county_code))
        reader = MeasurementReader(raw, indicators)
        measurement = reader.read()
        unit.findings += reader.findings
        if measurement is not None:
            unit.add(measurement)
    for unit in units.values():
        unit.findings += unit.contradictions(indicators)
        yield unit
