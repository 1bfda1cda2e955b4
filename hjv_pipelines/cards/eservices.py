"""E-services on the card: in the order of their relevance to those who look for care.

Here: the order, and the card's e-service. Not here: the contract (`sources/eservices/`).

The order is the regions' editorial one: contact, book, rebook or cancel, advice, self-referral, renew, order.
The contract has no field for it, so it is read from the name; a name that says none of these comes last.
"""

import re
from typing import Literal

from hjv_pipelines.cards import parts
from hjv_pipelines.cards.swedish import alphabetical
from hjv_pipelines.sources.eservices.record import EService, EServices, Restrictions
from hjv_pipelines.sources.source import Record

CONTACT, BOOK, REBOOK, ADVICE, SELF_REFERRAL, RENEW, ORDER, OTHER = range(8)

# The first that fits counts: "Beställ tid" orders no thing, "Avboka tid" books none.
_RELEVANCE = (
    (REBOOK, re.compile(r"^(?:av|om)(?:bok|-)")),
    (SELF_REFERRAL, re.compile(r"egen ?(?:vårdbegäran|remiss|anmälan)|självremiss")),
    (RENEW, re.compile(r"förny")),
    (BOOK, re.compile(r"\bboka|tidbok|(?:beställ|begär).*\btid\b")),
    (ORDER, re.compile(r"beställ|klamydia|journalkopi")),
    (ADVICE, re.compile(r"rådgivning|\bråd\b|\bfråg")),
    (CONTACT, re.compile(r"kontakt")),
)

_GENDERS: dict[str, Literal["man", "woman"]] = {"1": "man", "2": "woman"}
_WITHOUT_LOGIN = "AL1"
"""The lowest of the levels of assurance (AL1 to AL4) asks for no proof of who one is."""


def eservices_from(record: Record | None) -> tuple[parts.EService, ...]:
    """Return the e-services of 1177 e-tjänster's record, the most relevant first."""
    if not isinstance(record, EServices):
        return ()
    ordered = sorted(record.services, key=lambda service: (relevance(service.name), service.resource_id))
    return tuple(_eservice(service) for service in ordered)


def relevance(name: str) -> tuple[int, tuple[str, str]]:
    """Return a key that puts e-services in the order of their relevance, then in that of the alphabet."""
    lower = name.casefold()
    return next((place for place, pattern in _RELEVANCE if pattern.search(lower)), OTHER), alphabetical(name)


def _eservice(service: EService) -> parts.EService:
    return parts.EService(
        id=service.resource_id,
        name=service.name,
        description=service.description,
        url=service.url,
        origin="1177",
        requires_login=None if service.security_level is None else service.security_level != _WITHOUT_LOGIN,
        limits=_limits(service.restrictions) if service.restrictions else None,
    )


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
