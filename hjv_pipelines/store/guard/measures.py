"""What can be counted of a region's part of a snapshot while it passes: units, values by field, findings by rule.

Here: the figures, and taking them. Not here: which figures are alarming (`judgement.py`), and comparing unit by unit
with what the store holds (`guard.py`).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, TypedDict


class MeasuresJson(TypedDict):
    """The figures as the store keeps them."""

    units: int
    values: dict[str, int]
    findings: dict[str, int]


@dataclass(frozen=True, slots=True)
class Measures:
    """Figures of one region: `units` named, `values` by field (a list counts its members), units by finding's rule."""

    units: int = 0
    values: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> MeasuresJson:
        """Return the figures as the store keeps them."""
        return {"units": self.units, "values": dict(self.values), "findings": dict(self.findings)}

    @classmethod
    def from_json(cls, kept: MeasuresJson) -> Self:
        """Return the figures that `as_json` wrote."""
        return cls(**kept)


def best(measures: Sequence[Measures]) -> Measures:
    """Return the best of each figure: the most units and values, the fewest findings; nothing where there are none."""
    values: Counter[str] = Counter()
    findings = Counter(measures[0].findings) if measures else Counter()
    for one in measures:
        values |= Counter(one.values)
        findings &= Counter(one.findings)
    return Measures(max((one.units for one in measures), default=0), values, findings)


class Tally:
    """Counts the units of a snapshot as they pass, region by region."""

    def __init__(self) -> None:
        self._units: Counter[str] = Counter()
        self._values: dict[str, Counter[str]] = {}
        self._findings: dict[str, Counter[str]] = {}

    def count(self, region: str, record: Mapping[str, object], rules: Collection[str]) -> None:
        """Count a unit of `region` with the values of its `record` (JSON) and findings that break `rules`."""
        self._units[region] += 1
        values = self._values.setdefault(region, Counter())
        for name, value in record.items():
            values[name] += len(value) if isinstance(value, list) else 1
        if rules:
            self._findings.setdefault(region, Counter()).update(set(rules))

    def measures(self, region: str) -> Measures:
        """Return what was counted of `region`."""
        return Measures(self._units[region], self._values.get(region, {}), self._findings.get(region, {}))
