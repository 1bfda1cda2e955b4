"""E-services on the card: what is told of each, and the most relevant first."""

from hjv_pipelines.cards.build import build_card
from hjv_pipelines.cards.eservices import eservices_from
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.sources.eservices.record import EService, EServices, Restrictions, ServiceArea
from hjv_pipelines_tests.cards.units import NOON, a_unit, facts_of


def offered(*services: EService) -> EServices:
    return EServices(services=services)


def named(*names: str) -> EServices:
    return offered(*(EService(resource_id=str(number), name=name) for number, name in enumerate(names)))


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
    shown = eservices_from(named(*reversed(in_order)))
    assert tuple(service.name for service in shown) == in_order


def test_equals_stand_in_the_order_of_the_swedish_alphabet() -> None:
    shown = eservices_from(named("Ändra", "Övrigt", "Åtgärd", "zink", "Zebra"))
    assert [service.name for service in shown] == ["Zebra", "zink", "Åtgärd", "Ändra", "Övrigt"]


def test_an_absent_security_level_is_not_no_login() -> None:
    """As with trap 30: absent is not false."""
    services = [EService(resource_id=str(level), name="Boka", security_level=level) for level in (None, "AL1", "AL3")]
    shown = {service.id: service.requires_login for service in eservices_from(offered(*services))}
    assert shown == {"None": None, "AL1": False, "AL3": True}


def test_it_is_told_whom_an_e_service_is_for() -> None:
    restrictions = Restrictions(
        area=ServiceArea(county_codes=("06",)),
        gender="2",
        listing_required=True,
        referral_required=False,
        age_max=17,
    )
    (shown,) = eservices_from(offered(EService(resource_id="1", name="Boka", restrictions=restrictions)))
    assert shown.limits is not None
    assert shown.limits.model_dump(exclude_defaults=True) == {
        "county_codes": ("06",),
        "gender": "woman",
        "listing_required": True,
        "referral_required": False,
        "age_max": 17,
    }


def test_an_e_service_without_restrictions_is_for_everyone() -> None:
    (shown,) = eservices_from(named("Boka"))
    assert shown.limits is None


def test_the_card_carries_the_units_e_services() -> None:
    facts = facts_of(a_unit(), records={"eservices": named("Boka tid")})
    card = build_card(facts, NOON, Policy(), frozenset().__contains__).card
    assert card is not None
    assert [(service.name, service.origin) for service in card.eservices] == [("Boka tid", "1177")]


def test_a_unit_without_a_record_has_no_e_services() -> None:
    assert eservices_from(None) == ()
