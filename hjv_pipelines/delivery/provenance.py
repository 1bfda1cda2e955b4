"""Where each section of a card came from: the sources that the model declares, and when each last spoke.

Here: the join of the two, and its form in the API. Not here: the declaration (`cards/provenance.py`) and the
sources' states (`cards/published.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import product

import psycopg
from pydantic import BaseModel, ConfigDict

from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.provenance import section_sources
from hjv_pipelines.cards.published import SourceState, sources_of

_SECTION_SOURCES = section_sources(ContactCard)
_LENT_SOURCES = section_sources(ContactCard, "lender")


class SectionSource(BaseModel):
    """A source of a section, as it was when it was last asked."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    source: str
    """Name of the source, as in the import timetable."""
    hsa_id: str
    """HSA-id of the unit that it told of: the card's own, or one that lends it e-services."""
    as_of: datetime
    """When the source held what it said (UTC): the age of the information."""
    fetched_at: datetime
    """When we had it from the source (UTC)."""
    run_id: str
    """Run that fetched it."""


class CardSources(BaseModel):
    """Where the sections of a unit's card came from."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    hsa_id: str
    """HSA-id of the unit."""
    sections: dict[str, tuple[SectionSource, ...]]
    """By the name of the section in the card. A source that has never told of the unit is left out."""


def sources_by_section(connection: psycopg.Connection, card: ContactCard) -> Mapping[str, tuple[SourceState, ...]]:
    """Return, for every section of the card, the states of the sources that it comes from; those of lenders last."""
    states = {(state.hsa_id, state.source): state for state in sources_of(connection, card.hsa_id, *card.lenders)}

    def told_of(hsa_ids: Iterable[str], sources: Iterable[str]) -> Iterator[SourceState]:
        return (states[key] for key in product(hsa_ids, sources) if key in states)

    return {
        section: (*told_of([card.hsa_id], sources), *told_of(card.lenders, _LENT_SOURCES[section]))
        for section, sources in _SECTION_SOURCES.items()
    }


def card_sources(connection: psycopg.Connection, card: ContactCard) -> CardSources:
    """Return the provenance of a card, for the API."""
    return CardSources(
        hsa_id=card.hsa_id,
        sections={
            section: tuple(map(SectionSource.model_validate, states))
            for section, states in sources_by_section(connection, card).items()
        },
    )
