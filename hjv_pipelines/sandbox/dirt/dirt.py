"""What a kind of dirt is, and how one is declared.

Here: the type and its decorator. Not here: the kinds (the other modules of this folder).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hjv_pipelines.sandbox.draft import Draft
from hjv_pipelines.sandbox.manifest import Verdict


@dataclass(frozen=True, slots=True)
class Dirt:
    """A kind of dirt: the `trap` that it sets, what becomes of a unit with it, how to make it.

    `failed_rules` are the rules of visibility that the unit fails then. `often` is the number of units with
    this dirt in a nation as large as Sweden. `soil` alters a clean unit, and notes what follows.
    """

    name: str
    trap: int | None
    verdict: Verdict
    failed_rules: Sequence[str]
    often: int
    soil: Callable[[Draft], None]


def visible(*, trap: int | None = None, often: int = 40) -> Callable[[Callable[[Draft], None]], Dirt]:
    """Declare a kind of dirt that costs a value at most, never the card."""
    return lambda soil: Dirt(soil.__name__, trap, "visible", (), often, soil)


def hidden(*failed_rules: str, trap: int | None = None, often: int = 40) -> Callable[[Callable[[Draft], None]], Dirt]:
    """Declare a kind of dirt that costs the card, by exactly these rules (in the rules' order)."""
    return lambda soil: Dirt(soil.__name__, trap, "hidden", failed_rules, often, soil)


def refused(*, trap: int | None = None, often: int = 20) -> Callable[[Callable[[Draft], None]], Dirt]:
    """Declare a kind of dirt that makes the record unusable."""
    return lambda soil: Dirt(soil.__name__, trap, "refused", (), often, soil)
