"""Utbud on the card: what is offered today, in Swedish for residents, and nothing that is for others."""

from datetime import UTC, date, datetime

import pytest

from hjv_pipelines.cards.offerings import Offering, offerings_from
from hjv_pipelines.sources.offerings.record import (
    CareService,
    Coded,
    ContactPoint,
    Description,
    Offerings,
    Place,
    Sweref99Tm,
    TargetGroup,
)
from hjv_pipelines_tests.cards.units import NOON, a_unit, built_of, facts_of

SNOMED, BUSINESS_CODES = "1.2.752.116.2.1.1", "1.2.752.129.2.2.1.3"
RESIDENT, STAFF = "257513009", "223366009"


def a_service(name: str | None = "Fysioterapi", **changes: object) -> CareService:
    """Return a care service, but for `changes`."""
    return CareService.model_validate({"type": Coded(system=SNOMED, code="1", name=name), **changes})


def shown(*services: CareService) -> tuple[Offering, ...]:
    return offerings_from(facts_of(a_unit(), records={"offerings": Offerings(services=services)}), NOON)


def test_what_is_offered_stands_in_the_order_of_the_swedish_alphabet() -> None:
    services = [a_service(name) for name in ("Ögonvård", "Ångestbehandling", "astmavård", "Zonterapi", "Äldrevård")]
    assert [offering.name for offering in shown(*services)] == [
        "astmavård",
        "Zonterapi",
        "Ångestbehandling",
        "Äldrevård",
        "Ögonvård",
    ]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, True),
        (date(2026, 3, 11), date(2026, 3, 11), True),
        (date(2026, 3, 12), None, False),
        (None, date(2026, 3, 10), False),
    ],
)
def test_it_is_shown_on_the_days_of_its_validity(first: date | None, last: date | None, *, expected: bool) -> None:
    assert bool(shown(a_service(valid_from=first, valid_to=last))) is expected


def test_a_business_code_gets_the_prefix_that_the_contract_asks_for() -> None:
    kind = Coded(system=BUSINESS_CODES, code="1506", name="Distriktssköterskeverksamhet")
    (offering,) = shown(a_service(type=kind))
    assert offering.name == "Vårdtjänster inom verksamhetsområdet Distriktssköterskeverksamhet"
    assert (offering.type.code, offering.type.name) == ("1506", "Distriktssköterskeverksamhet")


def test_what_has_no_name_is_not_shown() -> None:
    assert shown(a_service(None)) == ()


def test_the_texts_are_those_in_swedish_for_residents() -> None:
    descriptions = (
        Description(text="For everyone", language="eng"),
        Description(text="För personal", language="swe", roles=(STAFF,)),
        Description(text="För alla"),
        Description(text="För dig", language="swe", roles=(RESIDENT, STAFF)),
    )
    (offering,) = shown(a_service(type_descriptions=descriptions, descriptions=descriptions[2:3]))
    assert offering.description == "För dig\n\nFör alla"


def test_without_a_text_for_residents_there_is_none() -> None:
    (offering,) = shown(a_service(descriptions=(Description(text="Internt", roles=(STAFF,)),)))
    assert offering.description is None


def test_a_contact_for_staff_is_on_no_card() -> None:
    """As with trap 27."""
    contacts = (
        ContactPoint(ranking=None, value="3"),
        ContactPoint(ranking=2, roles=(RESIDENT,), value="2"),
        ContactPoint(ranking=1, value="1"),
        ContactPoint(ranking=0, roles=(STAFF,), value="hemligt"),
    )
    (offering,) = shown(a_service(contacts=contacts))
    assert [contact.value for contact in offering.contacts] == ["1", "2", "3"]


def test_a_place_is_told_in_degrees_and_an_area_is_no_place() -> None:
    """SWEREF 99 TM in metres (6580822, 674032 is Stockholm's town hall)."""
    places = (Place(county_code="01"), Place(address="Gatan 1", position=Sweref99Tm(north=6580822, east=674032)))
    (offering,) = shown(a_service(places=places))
    (place,) = offering.places
    assert place.position is not None
    assert (place.position.latitude, place.position.longitude) == pytest.approx((59.3293, 18.0586), abs=0.01)
    assert place.position.system == "SWEREF 99 TM"


def test_absent_is_not_no() -> None:
    """As with trap 30."""
    (offering,) = shown(a_service(referral_required=None, target_groups=(TargetGroup(age_min=18, gender="2"),)))
    assert offering.referral_required is None
    assert [(group.age_min, group.age_max, group.gender) for group in offering.groups] == [(18, None, "woman")]


def test_a_record_of_another_kind_says_nothing() -> None:
    assert offerings_from(facts_of(a_unit()), NOON) == ()


def test_the_card_carries_it_and_wakes_when_it_begins_or_ends() -> None:
    """Trap 16: midnight in Sweden, with no event from anyone."""
    services = (
        a_service("Nu", valid_to=date(2026, 3, 20)),
        a_service("Sedan", valid_from=date(2026, 3, 15)),
    )
    facts = facts_of(a_unit(), records={"offerings": Offerings(services=services)})
    built = built_of(facts)
    assert built.card is not None
    assert [offering.name for offering in built.card.offerings] == ["Nu"]
    assert built.next_change == datetime(2026, 3, 14, 23, tzinfo=UTC)
    later = built_of(facts, at=built.next_change)
    assert later.card is not None
    assert [offering.name for offering in later.card.offerings] == ["Nu", "Sedan"]
    assert later.next_change == datetime(2026, 3, 20, 23, tzinfo=UTC)
