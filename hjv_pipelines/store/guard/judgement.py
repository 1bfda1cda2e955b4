"""Which losses are too large to be believed: pure judgement over figures.

Here: the thresholds, and the breaches that follow from them. Not here: taking the figures (`measures.py`), and what
happens to a snapshot that breaches (`holds.py`).

A loss breaches when it is both a large share and a large number: the share protects the nation, where numbers are
large, and the number protects small regions, where one unit is a large share. It is judged against the last accepted
state and against the best of the last seven days, so that one per cent a day does not pass (trap 9).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hjv_pipelines.store.guard.measures import Measures

Rule = Literal[
    "units_gone", "units_new", "values_gone", "findings_more", "cards_gone", "cards_moved", "planned", "reverted"
]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A loss of more than `share` (0 to 1) of what there was, and of at least `number`, is too large.

    `of_units`: it must also be more than this share of the region's units. Some values come and go by nature, such as
    notices, of which a region has a handful.
    """

    share: float
    number: int
    of_units: float = 0.0

    def is_passed_by(self, loss: int, of: int) -> bool:
        """Tell whether a loss of `loss` out of `of` is too large."""
        return loss >= self.number and loss > self.share * of


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How much may change with one import of one source in one region before it is held back."""

    units_gone: Threshold | None
    """Units that are no longer named there; none for a source whose units all go when its season ends."""
    units_new: Threshold
    """Units that were not there before: a county that swapped its code with another's."""
    values_gone: Threshold
    """Values of one field, beyond those of the units that are gone."""
    findings_more: Threshold
    """Units that break one rule and did not before: a code list or a format that shifted."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A figure that changed too much: `before` and `now`, in units or values; `subject` is a field or a rule."""

    rule: Rule
    subject: str
    before: int
    now: int

    def __str__(self) -> str:
        """Say what would happen, as a person would."""
        match self.rule:
            case "units_gone":
                return f"{self.before - self.now:,} of {self.before:,} units would be gone"
            case "units_new":
                return f"{self.now:,} units would be new, where {self.before:,} are known"
            case "values_gone":
                return f"{self.subject}: {self.before - self.now:,} of {self.before:,} values would be gone"
            case "findings_more":
                return f"{self.subject}: {self.now:,} units would break this rule, not {self.before:,}"
            case "cards_gone":
                return f"{self.before - self.now:,} of {self.before:,} cards would be gone"
            case "cards_moved":
                return f"{self.now:,} of {self.before:,} cards would lie more than {self.subject} from where they do"
            case "planned":
                return "a plan was asked for"
            case "reverted":
                return (
                    f"run {self.subject} was reverted here, and {self.now:,} of the {self.before:,} units that were "
                    "put back would again be as it left them"
                )


@dataclass(frozen=True, slots=True)
class Turnover:
    """How a region's units compare, id by id, with those that the store holds: `held` before, `gone`, `new`."""

    held: int = 0
    gone: int = 0
    new: int = 0


def breaches(
    now: Measures, turnover: Turnover, accepted: Measures | None, recent: Measures, thresholds: Thresholds
) -> tuple[Breach, ...]:
    """Return what of a region's snapshot is too large to be believed; nothing for a region's first snapshot.

    `accepted` are the figures of the last accepted snapshot, `recent` the best of the last seven days: the most
    units and values, the fewest findings.
    """
    if accepted is None or not turnover.held:
        return ()
    return (
        *_units(now, turnover, recent, thresholds),
        *_values_gone(now, accepted, recent, thresholds.values_gone),
        *_findings_more(now, accepted, recent, thresholds.findings_more),
    )


def _units(now: Measures, turnover: Turnover, recent: Measures, thresholds: Thresholds) -> Iterator[Breach]:
    known = max(turnover.held, recent.units)
    gone = max(turnover.gone, known - now.units)
    if thresholds.units_gone and thresholds.units_gone.is_passed_by(gone, known):
        yield Breach("units_gone", "", known, known - gone)
    if thresholds.units_new.is_passed_by(turnover.new, turnover.held):
        yield Breach("units_new", "", turnover.held, turnover.new)


def _values_gone(now: Measures, accepted: Measures, recent: Measures, threshold: Threshold) -> Iterator[Breach]:
    """Give the fields that lost more than the units which are gone explain."""
    units_before = max(accepted.units, recent.units, 1)
    staying = min(1.0, now.units / units_before)
    for name, before in sorted(_highest(accepted.values, recent.values).items()):
        held, expected = now.values.get(name, 0), round(before * staying)
        loss = expected - held
        if threshold.is_passed_by(loss, expected) and loss > threshold.of_units * units_before:
            yield Breach("values_gone", name, before, held)


def _findings_more(now: Measures, accepted: Measures, recent: Measures, threshold: Threshold) -> Iterator[Breach]:
    for rule, number in sorted(now.findings.items()):
        before = min(accepted.findings.get(rule, 0), recent.findings.get(rule, 0))
        if threshold.is_passed_by(number - before, now.units):
            yield Breach("findings_more", rule, before, number)


def _highest(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in {*one, *other}}
