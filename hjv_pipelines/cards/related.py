"""The units that cards link to: whether each has a card of its own, and what that stands on.

Here: reading and judging them for a batch of cards. A link is shown only to a unit that has a card, so a card must
be built again when that flips. Not here: the rules (`visibility.py`).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

import psycopg

from hjv_pipelines.cards.changes import next_change
from hjv_pipelines.cards.reading import read_facts
from hjv_pipelines.cards.visibility import Policy, judge
from hjv_pipelines.store.documents import KeptDocument


class RelatedUnits:
    """The units `hsa_ids` as the store has them, judged at `now`."""

    def __init__(self, connection: psycopg.Connection, hsa_ids: set[str], policy: Policy, now: datetime) -> None:
        self._documents: dict[str, tuple[KeptDocument, ...]] = {}
        self._next_changes: dict[str, datetime | None] = {}
        self._visible: set[str] = set()
        for facts, documents in read_facts(connection, hsa_ids):
            self._documents[facts.hsa_id] = tuple(kept for kept in documents if kept.source == "hsa")
            self._next_changes[facts.hsa_id] = next_change(facts, now)
            if judge(facts, now, policy).visible:
                self._visible.add(facts.hsa_id)

    def has_card(self, hsa_id: str) -> bool:
        """Tell whether the unit has a card."""
        return hsa_id in self._visible

    def documents_of(self, hsa_ids: Iterable[str]) -> Iterator[KeptDocument]:
        """Give the documents that decide whether these units have cards."""
        return (kept for hsa_id in hsa_ids for kept in self._documents.get(hsa_id, ()))

    def next_change(self, hsa_ids: Iterable[str]) -> datetime | None:
        """Return when the clock alone may next change any of these units."""
        moments = (self._next_changes.get(hsa_id) for hsa_id in hsa_ids)
        return min((moment for moment in moments if moment is not None), default=None)
