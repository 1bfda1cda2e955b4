"""A figure: what was measured, the floor beside it, and whether the aim is met.

Here: the words of `build/bench.json`. Not here: measuring, and how figures are shown (`report.py`).
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Aim:
    """A bound: of the `value`, in the figure's unit, or of its `ratio` to the floor."""

    of: Literal["value", "ratio"]
    at_most: float

    def __str__(self) -> str:
        return f"{self.of} at most {self.at_most:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`, and `floor`, the least that it could be as measured beside it; None where there is none."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    aim: Aim | None = None

    @property
    def ratio(self) -> float | None:
        """Return how many times the floor it is."""
        return self.value / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Return whether the aim is met; None where there is none, or nothing to judge it by."""
        if self.aim is None:
            return None
        judged = self.value if self.aim.of == "value" else self.ratio
        return None if judged is None else judged <= self.aim.at_most

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            **asdict(self),
            "ratio": self.ratio and round(self.ratio, 3),
            "aim": self.aim and str(self.aim),
            "met": self.met,
        }


def times_the_floor(at_most: float) -> Aim:
    """Return the aim to be at most so many times the floor."""
    return Aim("ratio", at_most)


def no_more_than(value: float) -> Aim:
    """Return the aim to be at most `value`, in the figure's unit."""
    return Aim("value", value)
