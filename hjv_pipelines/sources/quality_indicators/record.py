"""What a source of quality indicators says of a unit, typed: measurements, each of one indicator and one period.

Here: the fields, with their names in the contract. Not here: reading them (`profile.py`, `measurement.py`), and
which of them a card shows (`cards/`).
"""

from datetime import date
from typing import Literal

from hjv_pipelines.sources.source import Part, Record


class Period(Part):
    """The days that a measurement is of, both included."""

    first: date
    """measurePeriod/start, Swedish date."""
    last: date
    """measurePeriod/end, Swedish date."""


class Proportion(Part):
    """A share of a number: of the assessments made, those within three days."""

    rate: float
    """proportionMeasure/rate: from 0 to 1, so that 0.87 is 87 per cent."""
    numerator: int | None = None
    """proportionMeasure/numerator: how many of the denominator."""
    denominator: int | None = None
    """proportionMeasure/denominator: how many in all."""
    coverage: float | None = None
    """proportionMeasure/coverage: from 0 to 1, the share of what should have been reported that was."""


class Wait(Part):
    """A time to wait."""

    length: float
    """continuousVariableMeasure/value: so many of the unit, 0 or more."""
    unit: Literal["weeks", "days"]
    """continuousVariableMeasure/unit: wk or d (UCUM)."""
    count: int | None = None
    """continuousVariableMeasure/count: how many it was reckoned from."""
    coverage: float | None = None
    """continuousVariableMeasure/coverage: from 0 to 1."""


class Withheld(Part):
    """That there is no figure. It is not a zero."""

    reason: str | None = None
    """missingMeasure/reasonCode: why, a code; also one that nobody knows."""


class Measurement(Part):
    """One indicator of one period: exactly one of `proportion`, `wait` and `withheld`."""

    indicator: str
    """measureId/extension."""
    period: Period
    """measurePeriod."""
    proportion: Proportion | None = None
    """proportionMeasure."""
    wait: Wait | None = None
    """continuousVariableMeasure."""
    withheld: Withheld | None = None
    """missingMeasure."""
    system: str | None = None
    """sourceSystem/systemId: root, and the extension after a blank where there is one."""


class QualityIndicators(Record):
    """The measurements of one unit, by indicator and period: the contract promises no order."""

    measurements: tuple[Measurement, ...]
    """performedMeasure/measurement."""
