"""What a publication did: the cards that changed, and how many there are now.

Here: the result as a value. Not here: publishing (`publish.py`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """A card that appeared, changed or was withdrawn."""

    hsa_id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What one region's publication did: cards that changed, and how many the region has now.

    `changes` shows the first ten.
    """

    region: str
    publication_id: int
    appeared: int
    changed: int
    withdrawn: int
    unchanged: int
    visible: int
    hidden: int
    seconds: float
    changes: tuple[Change, ...]
