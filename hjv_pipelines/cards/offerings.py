"""Det här kan du få hjälp med: what a unit offers, on the days when it offers it, in words for residents.

Here: the card's offering, which of a source's texts and contacts a resident is shown, and the days on which that
changes. Not here: the contract (`sources/offerings/`).
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.parts import CodedValue, Part, Position
from hjv_pipelines.cards.position import from_sweref99_tm
from hjv_pipelines.cards.swedish import alphabetical
from hjv_pipelines.cards.swedish_time import day_of, start_of
from hjv_pipelines.sources.offerings.record import (
    BUSINESS_CODES,
    RESIDENT,
    CareService,
    ContactPoint,
    Description,
    Offerings,
    Place,
    TargetGroup,
)

_FIELD_OF_CARE = "Vårdtjänster inom verksamhetsområdet"
"""What the contract asks to be put before the name of a verksamhetskod."""

_GENDERS: dict[str, Literal["man", "woman"]] = {"1": "man", "2": "woman"}
_DAY = timedelta(days=1)


class OfferingGroup(Part):
    """People whom an offering is for."""

    age_min: int | None = None
    """Lowest age, in years."""
    age_max: int | None = None
    """Highest age, in years, itself included."""
    gender: Literal["man", "woman"] | None = None
    """Gender that it is for."""


class OfferingFee(Part):
    """What an offering costs a patient."""

    amount: str
    """Amount, a decimal number."""
    currency: str
    """Currency, such as SEK."""


class OfferingPlace(Part):
    """A place where something is offered."""

    address: str | None = None
    """Address."""
    position: Position | None = None
    """Where it lies."""
    url: str | None = None
    """Address on the web, where it is offered there."""


class OfferingContact(Part):
    """A way to reach those who offer something."""

    purpose: str | None = None
    """What it is for."""
    kind: str | None = None
    """What kind of contact it is, in Swedish."""
    value: str | None = None
    """Number or address, as it stands."""
    address: str | None = None
    """Postal or visiting address."""


class Offering(Part):
    """Something that the unit offers."""

    id: str | None = None
    """The source's own id of it."""
    type: CodedValue
    """What it is by the source's code: SNOMED CT, or HSA's verksamhetskod."""
    name: str
    """Name to show, Swedish."""
    description: str | None = None
    """What it is, in Swedish for residents, plain text with its line ends."""
    valid_to: date | None = None
    """Last day on which it is offered, Swedish time; none where that is until further notice."""
    free_choice: bool | None = None
    """Whether it is part of a system of free choice (vårdval); none where it is not told."""
    referral_required: bool | None = None
    """Whether one needs a referral; none where it is not told."""
    fee: OfferingFee | None = None
    """What it costs."""
    groups: tuple[OfferingGroup, ...] = ()
    """Groups of people, each of whom it is for; none for everyone."""
    places: tuple[OfferingPlace, ...] = ()
    """Places where it is offered."""
    contacts: tuple[OfferingContact, ...] = ()
    """Ways to reach those who offer it, the preferred first."""


def offerings_from(facts: UnitFacts, at: datetime) -> tuple[Offering, ...]:
    """Return what Utbud's record says is offered on the day of `at`, by name. What has no name is not shown."""
    record, today = facts.records.get("offerings"), day_of(at)
    if not isinstance(record, Offerings):
        return ()
    offered = (_offering(service) for service in record.services if is_valid(service, today))
    shown = (offering for offering in offered if offering is not None)
    return tuple(sorted(shown, key=lambda offering: (alphabetical(offering.name), offering.id or "")))


def offering_changes(facts: UnitFacts) -> Iterator[datetime]:
    """Yield the moments (UTC) at which something begins or ceases to be offered."""
    record = facts.records.get("offerings")
    if isinstance(record, Offerings):
        for service in record.services:
            if service.valid_from:
                yield start_of(service.valid_from)
            if service.valid_to:
                yield start_of(service.valid_to + _DAY)


def is_valid(service: CareService, today: date) -> bool:
    """Tell whether something is offered on a day."""
    begun = service.valid_from is None or service.valid_from <= today
    return begun and (service.valid_to is None or today <= service.valid_to)


def _offering(service: CareService) -> Offering | None:
    name = service.type.name
    if name is None:
        return None
    return Offering(
        id=service.service_id,
        type=CodedValue(code=service.type.code, name=name),
        name=f"{_FIELD_OF_CARE} {name}" if service.type.system == BUSINESS_CODES else name,
        description=_description(service),
        valid_to=service.valid_to,
        free_choice=service.care_option,
        referral_required=service.referral_required,
        fee=OfferingFee(amount=service.fee.amount, currency=service.fee.currency) if service.fee else None,
        groups=tuple(map(_group, service.target_groups)),
        places=tuple(place for each in service.places if (place := _place(each)) is not None),
        contacts=tuple(_contact(each) for each in sorted(service.contacts, key=_by_ranking) if _is_for_all(each)),
    )


def _description(service: CareService) -> str | None:
    """Return the national text, and below it what the unit adds."""
    parts = (_told_to_residents(service.type_descriptions), _told_to_residents(service.descriptions))
    return "\n\n".join(part for part in parts if part) or None


def _told_to_residents(descriptions: tuple[Description, ...]) -> str | None:
    """Return the Swedish text for residents: one that is written for them before one for everyone."""
    for_residents = (each for each in descriptions if each.is_for_residents)
    return next((each.text for each in sorted(for_residents, key=lambda each: RESIDENT not in each.roles)), None)


def _group(group: TargetGroup) -> OfferingGroup:
    return OfferingGroup(age_min=group.age_min, age_max=group.age_max, gender=_GENDERS.get(group.gender or ""))


def _place(place: Place) -> OfferingPlace | None:
    """Return a place to go to; none for an area, which says whose residents it is for."""
    if not (place.address or place.position or place.url):
        return None
    return OfferingPlace(
        address=place.address,
        position=from_sweref99_tm(place.position.north, place.position.east) if place.position else None,
        url=place.url,
    )


def _contact(contact: ContactPoint) -> OfferingContact:
    return OfferingContact(
        purpose=contact.purpose,
        kind=contact.kind.name if contact.kind else None,
        value=contact.value,
        address=contact.address,
    )


def _by_ranking(contact: ContactPoint) -> tuple[bool, int]:
    return contact.ranking is None, contact.ranking or 0


def _is_for_all(contact: ContactPoint) -> bool:
    """Tell whether a contact is for residents: one for health care staff alone is on no card."""
    return not contact.roles or RESIDENT in contact.roles
