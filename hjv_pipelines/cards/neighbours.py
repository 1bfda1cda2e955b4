"""The other units that a card speaks of: those it links to, and those whose e-services it borrows.

A link is shown only to a unit that has a card, an e-service only while its lender is public, so a card must be built
again when that flips. Here: which units these are, what a card needs to know of each, and what that stands on. Not
here: the rules (`visibility.py`), and what a card makes of it (`build.py`, `eservices.py`).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from hjv_pipelines.cards.changes import next_flip
from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.sections import header
from hjv_pipelines.cards.visibility import Policy, failed_rules, is_public
from hjv_pipelines.sources.eservices.record import EService, EServices
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.kka.record import BorrowedEServices, PublishedContent
from hjv_pipelines.store.documents import KeptDocument

SOURCES = ("hsa", "eservices")
"""The sources of whose word on another unit a card may stand."""


class Dependency(NamedTuple):
    """What a card stands on beside its own unit: what `source` says of the unit `hsa_id`."""

    hsa_id: str
    source: str


class Lender(NamedTuple):
    """A public unit whose e-services others may show: its name on its card, and what 1177 e-tjänster says of it."""

    hsa_id: str
    name: str
    services: tuple[EService, ...]


def related_units(unit: HsaUnit) -> tuple[str, ...]:
    """Return the HSA-ids that HSA relates `unit` to, in order, whether they have a card or not."""
    return tuple(sorted(set(unit.related_units) - {unit.hsa_id}))


def borrowings(facts: UnitFacts) -> tuple[BorrowedEServices, ...]:
    """Return what KKA says that the unit borrows, as the editors have it. A unit borrows nothing of itself."""
    content = facts.records.get("kka")
    if not isinstance(content, PublishedContent):
        return ()
    return tuple(borrowed for borrowed in content.borrowed if borrowed.lender != facts.hsa_id)


def dependencies(facts: UnitFacts) -> tuple[Dependency, ...]:
    """Return what the unit's card stands on beside its own documents, in order.

    A lender counts by HSA, which says whether it is public and what it is called, and by its own e-services; what it
    borrows itself is not lent on.
    """
    related = () if facts.hsa is None else related_units(facts.hsa)
    lenders = tuple(borrowed.lender for borrowed in borrowings(facts))
    return tuple(
        sorted(
            {
                *(Dependency(hsa_id, "hsa") for hsa_id in (*related, *lenders)),
                *(Dependency(hsa_id, "eservices") for hsa_id in lenders),
            }
        )
    )


class Neighbours:
    """Other units as the sources have them, judged at one moment.

    `known` gives each with the documents that it stands on, as `reading.read_facts` does of `SOURCES`.
    """

    def __init__(
        self, known: Iterable[tuple[UnitFacts, tuple[KeptDocument, ...]]], at: datetime, policy: Policy
    ) -> None:
        self._facts: dict[str, UnitFacts] = {}
        self._failed: dict[str, tuple[str, ...]] = {}
        self._documents: dict[Dependency, list[KeptDocument]] = {}
        self._at = at
        for facts, documents in known:
            self._facts[facts.hsa_id] = facts
            self._failed[facts.hsa_id] = failed_rules(facts, at, policy)
            for kept in documents:
                self._documents.setdefault(Dependency(kept.hsa_id, kept.source), []).append(kept)

    def has_card(self, hsa_id: str) -> bool:
        """Tell whether the unit has a card."""
        return self._failed.get(hsa_id) == ()

    def lender(self, hsa_id: str) -> Lender | None:
        """Return the unit with the e-services that it lends; None where it is not public."""
        facts = self._facts.get(hsa_id)
        if facts is None or facts.hsa is None or not is_public(self._failed[hsa_id]):
            return None
        told = facts.records.get("eservices")
        services = told.services if isinstance(told, EServices) else ()
        return Lender(hsa_id, header(facts.hsa).name, services)

    def documents_of(self, depended_on: Iterable[Dependency]) -> Iterator[KeptDocument]:
        """Give the documents that these dependencies name."""
        return (kept for dependency in depended_on for kept in self._documents.get(dependency, ()))

    def next_flip(self, depended_on: Iterable[Dependency]) -> datetime | None:
        """Return when the clock alone may next make any of these units public or hidden."""
        units = (self._facts[hsa_id].hsa for hsa_id, _ in depended_on if hsa_id in self._facts)
        flips = (next_flip(unit, self._at) for unit in units if unit is not None)
        return min((flip for flip in flips if flip is not None), default=None)
