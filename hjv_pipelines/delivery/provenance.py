"""Where each section of a card came from: the sources that the model declares, and when each last spoke.

Here: the join of the two, and its form in the API. Not here: the declaration (`cards/provenance.py`) and the
sources' states (`cards/published.py`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.provenance import section_sources
from hjv_pipelines.cards.published import SourceState

_SECTION_SOURCES = section_sources(ContactCard)


class SectionSource(BaseModel):
    """A source of a section, as it was when it was last asked."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    source: str
    """Name of the source, as in the import timetable."""
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


def sources_by_section(states: Iterable[SourceState]) -> Mapping[str, tuple[SourceState, ...]]:
    """Return, for every section of the card, the states of the sources that it comes from."""
    told = {state.source: state for state in states}
    return {
        section: tuple(told[source] for source in sources if source in told)
        for section, sources in _SECTION_SOURCES.items()
    }


def card_sources(hsa_id: str, states: Iterable[SourceState]) -> CardSources:
    """Return the provenance of a unit's card, for the API."""
    return CardSources(
        hsa_id=hsa_id,
        sections={
            section: tuple(
                SectionSource(source=state.source, as_of=state.as_of, fetched_at=state.fetched_at, run_id=state.run_id)
                for state in of_section
            )
            for section, of_section in sources_by_section(states).items()
        },
    )
