"""Listning on the card: that one can list oneself with the unit, and whether there is a queue.

Here: the section, and how it is made of Listningstjänsten's record. Not here: the contract (`sources/listing/`).
"""

from datetime import datetime
from typing import Annotated

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.parts import Part
from hjv_pipelines.cards.provenance import said_by
from hjv_pipelines.cards.swedish import alphabetical
from hjv_pipelines.sources.listing import record as told


class Listing(Part):
    """Listning: on the card only where one can list oneself with the unit."""

    queue: Annotated[bool | None, said_by("listing", "has_queue")] = None
    """Whether there is a queue to the list; none where that is not known, which is not no."""
    types: Annotated[tuple[str, ...], said_by("listing", "listing_types")] = ()
    """What one can list oneself for, in the county's own words, such as BVC or HLM; there is no national list."""


def listing_from(facts: UnitFacts, _at: datetime) -> Listing | None:
    """Return the section; none where nobody can list themselves, for then the source has no record."""
    record = facts.records.get("listing")
    if not isinstance(record, told.Listing):
        return None
    return Listing(queue=record.has_queue, types=tuple(sorted(record.listing_types, key=alphabetical)))
