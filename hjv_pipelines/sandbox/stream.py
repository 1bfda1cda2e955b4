"""The random stream of one source in one nation.

Here: chance that knows whose turn it is, so that a small nation has every variant of what is rare. Not here: what is
drawn (a module a source).
"""

from collections.abc import Sequence
from itertools import count
from random import Random
from typing import TypeVar

Variant = TypeVar("Variant")


class Stream(Random):
    """A random stream with a seed of its own; what it gives by turns, it gives in order, over and over."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self._turns = count()

    def by_turns(self, variants: Sequence[Variant]) -> Variant:
        """Return the variant whose turn it is."""
        return variants[next(self._turns) % len(variants)]
