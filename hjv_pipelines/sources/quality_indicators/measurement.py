"""One measurement's values, read: what is usable is kept, and what breaks a rule makes a finding.

Here: the rules of the values. A figure that may be wrong is left out rather than mended: nobody can tell 87 from a
proportion that lost its point. Not here: where the values stand (`profile.py`), whose they are (`answer.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from hjv_pipelines import codes
from hjv_pipelines.sources.quality_indicators.profile import (
    MEASURE_ROOT,
    MISSING,
    PROPORTION,
    SYSTEM_ROOTS,
    RawMeasurement,
)
from hjv_pipelines.sources.quality_indicators.record import Measurement, Period, Proportion, Wait, Withheld
from hjv_pipelines.sources.source import Finding

FEWEST = 20
"""Figures from fewer are shown to nobody (vantetider.se)."""

TOO_FEW = "too_few"
"""The reason of what is withheld because it is of fewer than `FEWEST`."""

REASONS = "missing_measure_reason"
"""The key of the list of reason codes."""

RuleName = Literal[
    "indicator_unknown",
    "indicator_period",
    "indicator_kind",
    "indicator_rate",
    "indicator_wait",
    "indicator_coverage",
    "indicator_count",
    "indicator_too_few",
    "indicator_reason",
    "indicator_repeated",
    "indicator_system",
    "indicator_unit",
    "indicator_county",
]

MENDS: MappingProxyType[RuleName, str] = MappingProxyType(
    {
        "indicator_unknown": "it is left out, being no indicator that was asked for; answer what is asked",
        "indicator_period": "it is left out, for want of a period; give its first and last day as YYYYMMDD",
        "indicator_kind": "it is left out; give exactly one measure, of the indicator's own kind",
        "indicator_rate": "it is left out; give a proportion from 0 to 1, such as 0.87 for 87 per cent",
        "indicator_wait": "it is left out; give a number of weeks (wk) or days (d)",
        "indicator_coverage": "its coverage is left out; give a proportion from 0 to 1",
        "indicator_count": "its counts are left out; give whole numbers, the part not larger than the whole",
        "indicator_too_few": f"it is not shown, being of fewer than {FEWEST}; withhold it, with its reason",
        "indicator_reason": "it says no known reason for having no figure; give a code of the list",
        "indicator_repeated": "it is left out, for there are two that differ; give one of each period",
        "indicator_system": "its source system is none of the contract's; correct its root",
        "indicator_unit": "its care unit has no HSA-id; give it",
        "indicator_county": "its care unit's chain names another county than was asked for; correct the chain",
    }
)
"""What breaking a rule means, and what to do."""

_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_DECIMAL = re.compile(r"\+?(?:[0-9]{1,9}(?:\.[0-9]*)?|\.[0-9]+)")
_WHOLE = re.compile(r"[0-9]{1,9}")
Figure = Proportion | Wait | Withheld
Said = Mapping[str, str]
_UNITS: Mapping[str, Literal["weeks", "days"]] = {"wk": "weeks", "d": "days"}


@dataclass(frozen=True, slots=True)
class Indicators:
    """What is asked of a source that people call `source`: indicators with their names, of one `kind` of measure."""

    source: str
    kind: str
    names: Mapping[str, str]


class MeasurementReader:
    """Reads one measurement of `indicators`, and gathers in `findings` what breaks a rule on the way."""

    def __init__(self, raw: RawMeasurement, indicators: Indicators) -> None:
        self.findings: list[Finding] = []
        self._raw = raw
        self._indicators = indicators

    def read(self) -> Measurement | None:
        """Return the measurement; `None` where it cannot be used."""
        raw = self._raw
        if raw.measure_root != MEASURE_ROOT or raw.measure not in self._indicators.names:
            self._breaks("measureId", "indicator_unknown", f"{raw.measure_root} {raw.measure}".strip())
            return None
        period, figure = self._period(), self._figure()
        if period is None or figure is None:
            return None
        return Measurement(
            indicator=raw.measure,
            period=period,
            proportion=figure if isinstance(figure, Proportion) else None,
            wait=figure if isinstance(figure, Wait) else None,
            withheld=figure if isinstance(figure, Withheld) else None,
            system=self._system(),
        )

    def _period(self) -> Period | None:
        first, last = _day(self._raw.period_start), _day(self._raw.period_end)
        if first is None or last is None or last < first:
            self._breaks("measurePeriod", "indicator_period", f"{self._raw.period_start}-{self._raw.period_end}")
            return None
        return Period(first=first, last=last)

    def _figure(self) -> Figure | None:
        measures = self._raw.measures
        if len(measures) != 1 or measures[0][0] not in {self._indicators.kind, MISSING}:
            self._breaks("measurement", "indicator_kind", ", ".join(kind for kind, _ in measures))
            return None
        ((kind, said),) = measures
        if kind == MISSING:
            return Withheld(reason=self._reason(said))
        return self._proportion(said) if kind == PROPORTION else self._wait(said)

    def _proportion(self, said: Said) -> Figure | None:
        rate = _share(said.get("rate", ""))
        if rate is None:
            self._breaks("rate", "indicator_rate", said.get("rate", ""))
            return None
        numerator, denominator = self._count(said, "numerator"), self._count(said, "denominator")
        if denominator is not None and denominator < FEWEST:
            return self._too_few("denominator", denominator)
        if numerator is not None and denominator is not None and numerator > denominator:
            self._breaks("numerator, denominator", "indicator_count", f"{numerator}, {denominator}")
            numerator = denominator = None
        return Proportion(rate=rate, numerator=numerator, denominator=denominator, coverage=self._coverage(said))

    def _wait(self, said: Said) -> Figure | None:
        length, unit = _number(said.get("value", "")), _UNITS.get(said.get("unit", ""))
        if length is None or unit is None:
            self._breaks("value, unit", "indicator_wait", f"{said.get('value', '')} {said.get('unit', '')}".strip())
            return None
        return Wait(length=length, unit=unit, count=self._count(said, "count"), coverage=self._coverage(said))

    def _too_few(self, field: str, count: int) -> Withheld:
        """Withhold what the source should have withheld itself."""
        self._breaks(field, "indicator_too_few", str(count))
        return Withheld(reason=TOO_FEW)

    def _reason(self, said: Said) -> str | None:
        """Return a code, also one that nobody knows: code lists grow."""
        code = said.get("reasonCode") or None
        if code is None or not codes.is_known(REASONS, code):
            self._breaks("reasonCode", "indicator_reason", code or "")
        return code

    def _count(self, said: Said, field: str) -> int | None:
        raw = said.get(field, "")
        if not raw or _WHOLE.fullmatch(raw):
            return int(raw) if raw else None
        self._breaks(field, "indicator_count", raw)
        return None

    def _coverage(self, said: Said) -> float | None:
        raw = said.get("coverage", "")
        coverage = _share(raw)
        if raw and coverage is None:
            self._breaks("coverage", "indicator_coverage", raw)
        return coverage

    def _system(self) -> str | None:
        root, extension = self._raw.system_root, self._raw.system
        if root and root not in SYSTEM_ROOTS:
            self._breaks("systemId", "indicator_system", root)
        return f"{root} {extension}".strip() or None

    def _breaks(self, field: str, rule: RuleName, value: str) -> None:
        """Gather a finding of this measurement, which is told by its indicator and the beginning of its period."""
        name = self._indicators.names.get(self._raw.measure, "a measurement")
        of = f"{self._indicators.source}, {name} {self._raw.period_start}".strip()
        self.findings.append(finding(field, rule, value, of))


def finding(field: str, rule: RuleName, value: str, of: str) -> Finding:
    """Return the finding that `value` of `field` breaks `rule`; `of` says whose it is."""
    return Finding(field=field, rule=rule, value=value, mend=f"{of}: {MENDS[rule]}.")


def _day(raw: str) -> date | None:
    """Return the day that `raw` writes as YYYYMMDD or YYYY-MM-DD."""
    match = _DAY.fullmatch(raw)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _share(raw: str) -> float | None:
    number = _number(raw)
    return number if number is not None and number <= 1 else None


def _number(raw: str) -> float | None:
    """Return a decimal that is not negative; XML's numbers have a point, no comma, and no exponent."""
    return float(raw) if _DECIMAL.fullmatch(raw) else None
