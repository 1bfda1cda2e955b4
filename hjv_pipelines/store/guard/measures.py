"""What can be counted of a region's part of a snapshot while it passes: units, values by field, findings by rule.

Here: the figures, and taking them. Not here: which figures are alarming (`judgement.py`), and comparing unit by unit
with what the store holds (`guard.py`).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, TypedDict

import orjson


class Outline(TypedDict):
    """What is counted of one document: how many `values` it has of each field, and the `rules` that it breaks."""

    values: dict[str, int]
    rules: list[str]


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


def outline(record: Mapping[str, object], rules: Collection[str]) -> str:
    """Return what is counted of a `record` (JSON) with findings that break `rules`, as JSON (`Outline`).

    The same is the same text: a nation's documents have some thousands of them.
    """
    values = {name: len(value) if isinstance(value, list) else 1 for name, value in record.items()}
    return orjson.dumps(Outline(values=values, rules=sorted(set(rules)))).decode()


def breaks_rules(outlined: str) -> bool:
    """Tell whether a document of this outline has findings."""
    told: Outline = orjson.loads(outlined)
    return bool(told["rules"])


class Tally:
    """Counts the units of a snapshot as they pass, region by region."""

    def __init__(self) -> None:
        self._outlines: dict[str, Counter[str]] = {}
        self._measured: dict[str, Measures] = {}

    def count(self, region: str, outlined: str, units: int = 1) -> None:
        """Count so many `units` of `region` with the same outline."""
        self._measured.pop(region, None)
        self._outlines.setdefault(region, Counter())[outlined] += units

    def measures(self, region: str) -> Measures:
        """Return what was counted of `region`."""
        if region not in self._measured:
            self._measured[region] = _measured(self._outlines.get(region, Counter()))
        return self._measured[region]


def _measured(outlines: Counter[str]) -> Measures:
    values: Counter[str] = Counter()
    findings: Counter[str] = Counter()
    for outlined, units in outlines.items():
        counted: Outline = orjson.loads(outlined)
        for name, number in counted["values"].items():
            values[name] += number * units
        for rule in counted["rules"]:
            findings[rule] += units
    return Measures(outlines.total(), values, findings)
