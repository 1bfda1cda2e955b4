"""E-services on the card: what is told of each, whose it is, and which comes first."""

from datetime import timedelta

import pytest

from hjv_pipelines.cards import parts
from hjv_pipelines.cards.eservices import eservices_from
from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.neighbours import Dependency
from hjv_pipelines.sources.eservices.record import EService, EServices, Restrictions, ServiceArea
from hjv_pipelines.sources.kka.record import (
    BorrowedEServices,
    EServiceKey,
    EServiceOrigin,
    OwnEService,
    PublishedContent,
)
from hjv_pipelines_tests.cards.units import HSA_ID, NOON, a_unit, built_of, facts_of, neighbours

LENDER, OTHER = "SE2321000016-LENDER", "SE2321000016-OTHER"


def offered(*services: EService) -> EServices:
    return EServices(services=services)


def named(*names: str) -> EServices:
    return offered(*(EService(resource_id=str(number), name=name) for number, name in enumerate(names)))


def own(told: EServices) -> tuple[parts.EService, ...]:
    """Return the list of a unit of which 1177 e-tjänster alone speaks."""
    return eservices_from(facts_of(a_unit(), records={"eservices": told}), neighbours())


def borrower(content: PublishedContent, told: EServices | None = None) -> UnitFacts:
    """Return a unit with KKA's `content`, and e-services of its own."""
    return facts_of(a_unit(), records={"kka": content} | ({"eservices": told} if told else {}))


def lender(hsa_id: str = LENDER, *services: EService, **changes: object) -> UnitFacts:
    """Return a unit that lends `services`."""
    unit = a_unit(hsa_id=hsa_id, name="Lånekliniken", **changes)
    return facts_of(unit, records={"eservices": offered(*services)})


def borrowing(*resource_ids: str, of: str = LENDER) -> PublishedContent:
    """Return content that borrows the chosen e-services; all of them where none is chosen."""
    return PublishedContent(borrowed=(BorrowedEServices(lender=of, resource_ids=resource_ids or None),))


def key(origin: EServiceOrigin, id_: str, of: str | None = None) -> EServiceKey:
    return EServiceKey(origin=origin, id=id_, lender=of)


BOOK, CONTACT = EService(resource_id="7", name="Boka tid"), EService(resource_id="8", name="Kontakta oss")
MADE = OwnEService(id="7", name="Ställ en fråga", description="Vi svarar.", url="https://fraga.example/")


def test_the_most_relevant_come_first() -> None:
    """The order of Region Jönköping's instruction for editors."""
    in_order = (
        "Kontakta mottagningen",
        "Beställ tid för provtagning",
        "Boka tid",
        "Av- eller omboka tid",
        "Omboka tid",
        "Rådgivning om läkemedel",
        "Egen vårdbegäran",
        "Förnya hjälpmedel",
        "Förnya recept",
        "Beställ journalkopia",
        "Klamydiatest",
        "Anmäl allergi",
    )
    assert tuple(service.name for service in own(named(*reversed(in_order)))) == in_order


def test_equals_stand_in_the_order_of_the_swedish_alphabet() -> None:
    shown = own(named("Ändra", "Övrigt", "Åtgärd", "zink", "Zebra"))
    assert [service.name for service in shown] == ["Zebra", "zink", "Åtgärd", "Ändra", "Övrigt"]


def test_an_absent_security_level_is_not_no_login() -> None:
    """As with trap 30: absent is not false."""
    services = [EService(resource_id=str(level), name="Boka", security_level=level) for level in (None, "AL1", "AL3")]
    shown = {service.id: service.requires_login for service in own(offered(*services))}
    assert shown == {"None": None, "AL1": False, "AL3": True}


def test_it_is_told_whom_an_e_service_is_for() -> None:
    restrictions = Restrictions(
        area=ServiceArea(county_codes=("06",)),
        gender="2",
        listing_required=True,
        referral_required=False,
        age_max=17,
    )
    (shown,) = own(offered(EService(resource_id="1", name="Boka", restrictions=restrictions)))
    assert shown.limits is not None
    assert shown.limits.model_dump(exclude_defaults=True) == {
        "county_codes": ("06",),
        "gender": "woman",
        "listing_required": True,
        "referral_required": False,
        "age_max": 17,
    }


def test_an_e_service_without_restrictions_is_for_everyone() -> None:
    (shown,) = own(named("Boka"))
    assert shown.limits is None


def test_a_unit_without_a_record_has_no_e_services() -> None:
    assert eservices_from(facts_of(a_unit()), neighbours()) == ()


def test_own_made_and_borrowed_e_services_stand_in_one_list_each_marked_with_whose_it_is() -> None:
    content = borrowing().model_copy(update={"eservices": (MADE,)})
    card = built_of(borrower(content, named("Förnya recept")), lender(LENDER, BOOK)).card
    assert card is not None
    assert [(service.name, service.origin, service.lender) for service in card.eservices] == [
        ("Boka tid", "borrowed", parts.Lender(hsa_id=LENDER, name="Lånekliniken")),
        ("Ställ en fråga", "kka", None),
        ("Förnya recept", "1177", None),
    ]


def test_what_the_editors_made_is_told_as_they_wrote_it() -> None:
    (shown,) = eservices_from(borrower(PublishedContent(eservices=(MADE,))), neighbours())
    assert shown == parts.EService(
        id="7", name="Ställ en fråga", description="Vi svarar.", url="https://fraga.example/", origin="kka"
    )


def test_only_the_chosen_e_services_are_borrowed() -> None:
    assert names(borrowing("8"), lender(LENDER, BOOK, CONTACT)) == ["Kontakta oss"]
    assert names(PublishedContent(borrowed=(BorrowedEServices(lender=LENDER, resource_ids=()),)), lender()) == []


def test_one_that_is_the_units_own_and_borrowed_is_there_once_as_its_own() -> None:
    shown = eservices_from(borrower(borrowing(), offered(BOOK)), neighbours(lender(LENDER, BOOK)))
    assert [service.origin for service in shown] == ["1177"]


def test_one_that_two_units_lend_is_there_once() -> None:
    content = PublishedContent(borrowed=(*borrowing(of=OTHER).borrowed, *borrowing().borrowed))
    (shown,) = eservices_from(borrower(content), neighbours(lender(LENDER, BOOK), lender(OTHER, BOOK)))
    assert shown.lender is not None
    assert shown.lender.hsa_id == OTHER


def test_an_e_service_of_kkas_is_another_than_that_of_the_same_id_in_1177() -> None:
    shown = eservices_from(borrower(PublishedContent(eservices=(MADE,)), offered(BOOK)), neighbours())
    assert sorted(service.origin for service in shown) == ["1177", "kka"]


def test_the_editors_order_comes_before_relevance() -> None:
    content = borrowing().model_copy(
        update={
            "eservices": (MADE,),
            "order": (key("kka", "7"), key("borrowed", "gone", LENDER), key("borrowed", "7", LENDER)),
        }
    )
    told = offered(EService(resource_id="1", name="Förnya recept"), EService(resource_id="2", name="Avboka tid"))
    shown = eservices_from(borrower(content, told), neighbours(lender(LENDER, BOOK, CONTACT)))
    assert [service.name for service in shown] == [
        "Ställ en fråga",
        "Boka tid",
        "Kontakta oss",
        "Avboka tid",
        "Förnya recept",
    ]


def test_a_key_that_names_an_e_service_twice_counts_where_it_stands_first() -> None:
    order = (key("1177", "1"), key("1177", "0"), key("1177", "1"))
    shown = eservices_from(borrower(PublishedContent(order=order), named("Kontakt", "Övrigt")), neighbours())
    assert [service.id for service in shown] == ["1", "0"]


@pytest.mark.parametrize(
    ("changes", "is_shown"),
    [
        ({}, True),
        ({"start_date": NOON + timedelta(days=1)}, True),
        ({"start_date": NOON + timedelta(days=1), "care_types": ()}, False),
        ({"end_date": NOON}, False),
        ({"destination_indicators": ()}, False),
        ({"archived": True}, False),
    ],
)
def test_e_services_are_borrowed_while_the_lender_is_public(changes: dict[str, object], *, is_shown: bool) -> None:
    """Trap 34: it has a card, or lacks nothing for one but that its start date comes."""
    assert names(borrowing(), lender(LENDER, BOOK, **changes)) == (["Boka tid"] if is_shown else [])


def test_a_lender_that_nobody_knows_lends_nothing() -> None:
    """Trap 34."""
    assert names(borrowing()) == []
    gone = UnitFacts(LENDER, None, {"eservices": offered(BOOK)})
    assert names(borrowing(), gone) == []


def test_what_a_lender_borrows_or_has_made_is_not_lent_on() -> None:
    chained = lender(LENDER, BOOK)
    content = borrowing(of=OTHER).model_copy(update={"eservices": (MADE,)})
    chained = UnitFacts(LENDER, chained.hsa, {**chained.records, "kka": content})
    assert names(borrowing(), chained, lender(OTHER, CONTACT)) == ["Boka tid"]


def test_a_unit_borrows_nothing_of_itself() -> None:
    facts = borrower(borrowing(of=HSA_ID))
    assert built_of(facts, lender(HSA_ID, BOOK)).depends_on == ()
    assert eservices_from(facts, neighbours(lender(HSA_ID, BOOK))) == ()


def test_a_card_depends_on_what_hsa_and_1177_say_of_a_lender_also_of_one_that_is_gone() -> None:
    assert built_of(borrower(borrowing())).depends_on == (Dependency(LENDER, "eservices"), Dependency(LENDER, "hsa"))


def names(content: PublishedContent, *others: UnitFacts) -> list[str]:
    """Return the names of the e-services of a unit with KKA's `content`, next to `others`."""
    return [service.name for service in eservices_from(borrower(content), neighbours(*others))]
