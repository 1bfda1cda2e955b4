"""Listning on the card: that one can list oneself with the unit, and whether there is a queue.

Here: Listningstjänsten's record as the card's section. Not here: the contract (`sources/listing/`).
"""

from hjv_pipelines.cards.model import Listing
from hjv_pipelines.cards.swedish import alphabetical
from hjv_pipelines.sources.listing import record as told
from hjv_pipelines.sources.source import Record


def listing_from(record: Record | None) -> Listing | None:
    """Return the section; none where nobody can list themselves, for then the source has no record."""
    if not isinstance(record, told.Listing):
        return None
    return Listing(queue=record.has_queue, types=tuple(sorted(record.listing_types, key=alphabetical)))
