"""E-services on the card: one list of the unit's own in 1177, those that its editors made, and borrowed ones.

Here: which e-services a card has, and what it says of each. Not here: in what order (`relevance.py`), which units lend
(`neighbours.py`), and the contract (`sources/eservices/`).
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from hjv_pipelines.cards import parts
from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.neighbours import Lender, Neighbours, borrowings
from hjv_pipelines.cards.relevance import place_in
from hjv_pipelines.sources.eservices.record import EService, EServices, Restrictions
from hjv_pipelines.sources.kka.record import BorrowedEServices, OwnEService, PublishedContent

_GENDERS: dict[str, Literal["man", "woman"]] = {"1": "man", "2": "woman"}
_WITHOUT_LOGIN = "AL1"
"""The lowest of the levels of assurance (AL1 to AL4) asks for no proof of who one is."""


def eservices_from(facts: UnitFacts, neighbours: Neighbours) -> tuple[parts.EService, ...]:
    """Return the unit's e-services in the editor's order, or else the most relevant first.

    A service of 1177 that is the unit's own and borrowed, or borrowed of two units, is there once: as its own, or as
    the first lender's.
    """
    told, content = facts.records.get("eservices"), facts.records.get("kka")
    own = told.services if isinstance(told, EServices) else ()
    made, order = (content.eservices, content.order) if isinstance(content, PublishedContent) else ((), ())
    shown = {service.resource_id: _in_1177(service, None) for service in own}
    for lender, service in _borrowed(borrowings(facts), neighbours):
        shown.setdefault(service.resource_id, _in_1177(service, lender))
    return tuple(sorted((*shown.values(), *map(_made_by_editors, made)), key=place_in(order)))


def _borrowed(
    borrowings: Iterable[BorrowedEServices], neighbours: Neighbours
) -> Iterator[tuple[parts.Lender, EService]]:
    """Give the e-services that lenders have now, of those that are borrowed (trap 34)."""
    for borrowed in borrowings:
        lender = neighbours.lender(borrowed.lender)
        if lender is not None:
            yield from ((_shown_lender(lender), service) for service in lender.services if _is_lent(service, borrowed))


def _is_lent(service: EService, borrowed: BorrowedEServices) -> bool:
    return borrowed.resource_ids is None or service.resource_id in borrowed.resource_ids


def _in_1177(service: EService, lender: parts.Lender | None) -> parts.EService:
    return parts.EService(
        id=service.resource_id,
        name=service.name,
        description=service.description,
        url=service.url,
        origin="borrowed" if lender else "1177",
        lender=lender,
        requires_login=None if service.security_level is None else service.security_level != _WITHOUT_LOGIN,
        limits=_limits(service.restrictions) if service.restrictions else None,
    )


def _made_by_editors(service: OwnEService) -> parts.EService:
    return parts.EService(
        id=service.id, name=service.name, description=service.description, url=service.url, origin="kka"
    )


def _shown_lender(lender: Lender) -> parts.Lender:
    return parts.Lender(hsa_id=lender.hsa_id, name=lender.name)


def _limits(restrictions: Restrictions) -> parts.EServiceLimits:
    area = restrictions.area
    return parts.EServiceLimits(
        county_codes=area.county_codes if area else (),
        municipality_codes=area.municipality_codes if area else (),
        section_codes=area.section_codes if area else (),
        gender=_GENDERS.get(restrictions.gender or ""),
        age_min=restrictions.age_min,
        age_max=restrictions.age_max,
        listing_required=restrictions.listing_required,
        referral_required=restrictions.referral_required,
    )
