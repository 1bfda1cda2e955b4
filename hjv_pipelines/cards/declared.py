"""Sections of the card that are declared: a field of the model, marked with the function that makes it.

Here: the mark `made_by`, and what follows from it: the sections' values, and the moments at which the clock alone
changes them. Not here: the functions (each stands with its section) and the model (`model.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain

from pydantic import BaseModel

from hjv_pipelines.cards.facts import UnitFacts


def _never(_facts: UnitFacts) -> Iterable[datetime]:
    return ()


@dataclass(frozen=True, slots=True)
class Maker:
    """How a section is made of a unit's facts at a moment, and when (UTC) it would be made otherwise."""

    make: Callable[[UnitFacts, datetime], object]
    changes: Callable[[UnitFacts], Iterable[datetime]]


def made_by(
    make: Callable[[UnitFacts, datetime], object], *, changes: Callable[[UnitFacts], Iterable[datetime]] = _never
) -> Maker:
    """Mark a section of the card as made by `make`: of a unit's facts, at the moment (aware) that it is made for.

    What `make` returns is the field's value. `changes` gives the moments (UTC) at which `make` would return something
    else of the same facts; without it there are none.
    """
    return Maker(make, changes)


@cache
def makers(card: type[BaseModel]) -> Mapping[str, Maker]:
    """Return the marks of `card` by the section's name, in the model's order."""
    return {
        name: mark for name, field in card.model_fields.items() for mark in field.metadata if isinstance(mark, Maker)
    }


def declared_sections(card: type[BaseModel], facts: UnitFacts, at: datetime) -> dict[str, object]:
    """Return the declared sections of `card`, by name, as they are at `at`."""
    return {name: maker.make(facts, at) for name, maker in makers(card).items()}


def declared_changes(card: type[BaseModel], facts: UnitFacts) -> Iterator[datetime]:
    """Yield the moments (UTC) at which the clock alone changes a declared section."""
    return chain.from_iterable(maker.changes(facts) for maker in makers(card).values())
