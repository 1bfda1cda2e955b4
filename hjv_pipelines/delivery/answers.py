"""The form of answers about many cards: pages, the stream's lines, the change feed.

Here: the models that OpenAPI shows and the client reads by. Not here: the routes (`many_cards.py`, `changes.py`); they
write a card's own bytes into the answer, so that its content hash can be checked.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hjv_pipelines.cards.model import ContactCard


class _Told(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class CardEntry(_Told):
    """A unit's card, and the hash that names it."""

    hsa_id: str
    """HSA-id of the unit."""
    region: str
    """Region that the unit lies in, such as 12-skane."""
    content_hash: str
    """SHA-256 of the card as canonical JSON (sorted keys, no blanks, UTF-8), in hexadecimal: the card's ETag."""
    card: ContactCard
    """The card."""


class CardsPage(_Told):
    """Some cards, in the order of their HSA-ids."""

    feed: str
    """Which change feed `position` counts in."""
    position: int
    """Position of the feed when the page was made. Pages are made one by one: follow the feed from the first one's."""
    cards: list[CardEntry]
    """The cards."""
    next: str | None
    """Path of the next page; null on the last one."""


class StreamHead(_Told):
    """First line of the stream."""

    feed: str
    """Which change feed `position` counts in."""
    position: int
    """Position of the feed that the cards stand at: all before it is in them, nothing after it."""
    region: str | None
    """Region whose cards follow; null for all."""


class StreamEnd(_Told):
    """Last line of the stream. Without it the stream broke off: throw it away and ask again."""

    complete: Literal[True]
    """There is no more."""
    cards: int
    """How many cards there were."""


class ChangeEntry(_Told):
    """What happened to a unit's card."""

    position: int
    """Place in the feed: 1, 2, 3 … without a gap, in the order in which changes became visible."""
    hsa_id: str
    """HSA-id of the unit."""
    region: str
    """Region that the unit lies in now: who copies one region drops a unit that moved to another."""
    kind: Literal["appeared", "changed", "withdrawn"]
    """What happened."""
    at: datetime
    """When it was published (UTC)."""
    reasons: list[str]
    """Visibility rules that the unit fails, of a withdrawn card."""
    content_hash: str | None
    """Names the card; null for a withdrawn one."""
    card: ContactCard | None
    """The card as it was published then; null for a withdrawn one."""


class ChangesPage(_Told):
    """Changes after a position, in order."""

    feed: str
    """Which feed it is: positions of another one mean nothing here."""
    position: int
    """Where to go on: the next question's `after`."""
    head: int
    """Position of the feed's newest entry: where it is `position`, there is no more for now."""
    changes: list[ChangeEntry]
    """The changes."""
