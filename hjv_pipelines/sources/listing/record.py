"""What Listningstjänsten says of a unit, typed: that one can list oneself there, and whether there is a queue.

Here: the fields, with their names in the contract. Not here: reading them (`answer.py`).
"""

from hjv_pipelines.sources.source import Record


class Listing(Record):
    """A unit where one can list oneself: being in the answer says so. A unit that is not in it has no record."""

    has_queue: bool | None = None
    """hasQueue: whether there is a queue. `None` where the answer does not say: unknown, never no."""
    listing_types: tuple[str, ...] = ()
    """supportedListingTypes, each once and sorted: free text such as HLM or BVC, without a national code list."""
    facility_name: str | None = None
    """facilityName: what Listningstjänsten calls the unit."""
