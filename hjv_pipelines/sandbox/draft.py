"""A unit in the making: its raw record, and beside it what a correct import makes of it.

Here: the two held together while the generator works, and what every alteration may look at. Not here: what
is written first (`care_units.py`, `internal_units.py`) and what is spoilt then (`dirt/`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import TypeVar

from hjv_pipelines.sandbox.manifest import Expectation, Fact, Finding, Verdict
from hjv_pipelines.sandbox.places import Place, Position
from hjv_pipelines.sandbox.unit import Composite, SandboxUnit

Choice = TypeVar("Choice")

_FINDING_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all units share: the seeded `random`, `today`, and the ids that others may point at."""

    random: Random
    today: date
    with_card: Sequence[str]
    without_card: Sequence[str]

    def one_in(self, number: int) -> bool:
        """Decide by chance: true once in `number` times."""
        return self.random.random() * number < 1


@dataclass(slots=True)
class Draft:
    """A unit in the making.

    `turn` counts the units with the same dirt, so that its variants take turns. `repeats` are further records
    of the same HSA-id.
    """

    unit: SandboxUnit
    place: Place
    position: Position
    surroundings: Surroundings
    region: str
    turn: int = 0
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)
    repeats: list[SandboxUnit] = field(default_factory=list)

    @property
    def is_marked(self) -> bool:
        """Whether HSA marks the unit for Hitta vård: "Visas för" holds 03 or 04."""
        return bool({"03", "04"} & set(map(str, self.unit.profile.get("destinationIndicator", ()))))

    def put(self, element: str, *values: str | Composite) -> None:
        """Give the unit these values of `element`, and no others; none takes the element away."""
        self.unit = self.unit.changed({element: list(values)})

    def found(self, element: str, rule: str, value: str) -> None:
        """Expect a finding."""
        self.findings.append((element, rule, value[:_FINDING_LENGTH]))

    def spoil(self, element: str, rule: str, value: str) -> None:
        """Give the unit one bad value of `element`, and expect the finding."""
        self.put(element, value)
        self.found(element, rule, value)

    def by_turns(self, *variants: Choice) -> Choice:
        """Return the variant whose turn it is."""
        return variants[self.turn % len(variants)]

    def expectation(self, verdict: Verdict, failed_rules: Sequence[str]) -> Expectation:
        """Return what is expected of the unit; only a card has facts."""
        return Expectation(
            hsa_id=self.unit.key,
            region=self.region,
            verdict=verdict,
            failed_rules=failed_rules,
            findings=self.findings,
            expect=self.facts if verdict == "visible" else {},
        )
