"""Addresses and telephone numbers on the card, and what is never on it."""

import pytest

from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.parts import Address, CallAddress, Telephone
from hjv_pipelines.cards.provenance import card_fields
from hjv_pipelines.cards.telephone import call_address, telephone
from hjv_pipelines.sources.hsa.record import StructuredAddress, UnitFunction
from hjv_pipelines_tests.cards.units import a_time_span, a_unit, the_card

STRUCTURED = StructuredAddress(street="Storgatan", premises_number="12", premises_letter="B", town="Lund")


@pytest.mark.parametrize(
    ("number", "display"),
    [
        ("+46812345678", "08-123 456 78"),
        ("+4681234567", "08-123 45 67"),
        ("+468123456", "08-12 34 56"),
        ("+4646123456", "046-12 34 56"),
        ("+4631123456", "031-12 34 56"),
        ("+46101234567", "010-123 45 67"),
        ("+46701234567", "070-123 45 67"),
        ("+46771117700", "0771-11 77 00"),
        ("+4694012345", "0940-123 45"),
        ("+4520123456", "+4520123456"),
    ],
)
def test_a_number_is_shown_the_way_swedes_write_it_and_linked_in_full(number: str, display: str) -> None:
    assert telephone(number) == Telephone(e164=number, display=display)


def test_a_short_number_has_no_international_form() -> None:
    assert telephone("1177") == Telephone(display="1177")


@pytest.mark.parametrize(
    ("value", "uri", "display"),
    [
        ("vard@sip.nu", "sip:vard@sip.nu", "vard@sip.nu"),
        ("+46812345678", "tel:+46812345678", "08-123 456 78"),
        ("Skype: vardcentralen", None, "Skype: vardcentralen"),
    ],
)
def test_a_text_or_video_telephone_is_an_address_or_a_number(value: str, uri: str | None, display: str) -> None:
    assert call_address(value) == CallAddress(uri=uri, display=display)


def test_the_structured_visiting_address_goes_before_the_old_one() -> None:
    """Trap 23: old and new forms side by side."""
    card = the_card(a_unit(street="Gamla vägen 1", visiting_address=STRUCTURED))
    assert card.contact.visiting_address == Address(
        lines=("Storgatan 12 B", "Lund"), street="Storgatan 12 B", town="Lund"
    )


def test_the_old_visiting_address_serves_where_there_is_no_other() -> None:
    """Trap 23."""
    card = the_card(a_unit(street="Gamla vägen 1"))
    assert card.contact.visiting_address == Address(lines=("Gamla vägen 1",), street="Gamla vägen 1")


def test_a_visiting_address_has_no_postcode() -> None:
    with_code = STRUCTURED.model_copy(update={"post_code": "22222"})
    address = the_card(a_unit(visiting_address=with_code)).contact.visiting_address
    assert address is not None
    assert address.post_code is None
    assert "222" not in "".join(address.lines)


def test_the_structured_postal_address_goes_before_the_old_lines() -> None:
    """Trap 23, and trap 24: a postcode is no number."""
    new = StructuredAddress(addressee=("Vårdcentralen",), street="Box 1", post_code="02100", town="Lund")
    card = the_card(a_unit(postal_address_lines=("Gamla vägen 1",), postal_address=new))
    assert card.contact.postal_address == Address(
        lines=("Vårdcentralen", "Box 1", "021 00 Lund"), street="Box 1", post_code="021 00", town="Lund"
    )


def test_the_old_postal_lines_serve_where_there_is_no_other() -> None:
    card = the_card(a_unit(postal_address_lines=("Box 1", "221 00 Lund"), postal_code="22100"))
    assert card.contact.postal_address == Address(lines=("Box 1", "221 00 Lund"), post_code="221 00")


def test_a_function_has_its_own_numbers_and_hours() -> None:
    function = UnitFunction(
        name="Bokning",
        telephone_numbers=("+46812345678",),
        telephone_hours=(a_time_span("1-5", "08:00", "10:00"),),
    )
    (shown,) = the_card(a_unit(unit_functions=(function,))).contact.functions
    assert shown.name == "Bokning"
    assert [number.display for number in shown.telephones] == ["08-123 456 78"]
    assert shown.hours is not None
    assert shown.hours.lines == ("Måndag–fredag 08:00–10:00",)


def test_no_field_of_the_card_comes_from_what_is_not_for_the_public() -> None:
    """Trap 27: nonPublicTelephoneNumber and directoryContact; HSA's record has neither, so none slips in."""
    said = {name for field in card_fields(ContactCard) for origin in field.origins for name in origin.fields}
    assert not {name for name in said if "public_telephone" in name or "directory_contact" in name}
