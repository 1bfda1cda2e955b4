"""Old and new addresses are read side by side, each in its own form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.sources.hsa.addresses import (
    address_lines,
    one_value,
    post_code,
    postal_address,
    visiting_address,
)
from hjv_pipelines.sources.hsa.record import StructuredAddress


def test_an_old_address_is_lines() -> None:
    """Trap 23."""
    assert address_lines("Björken$ Box 1 $$111 11 Stockholm").value == (
        "Björken",
        "Box 1",
        "111 11 Stockholm",
    )


@given(st.lists(st.text(min_size=1).map(str.strip).filter(lambda line: line and "\\24" not in line)))
def test_lines_that_became_one_value_are_the_same_lines_again(lines: list[str]) -> None:
    assert address_lines(one_value(lines)).value == tuple(lines)


def test_a_new_visiting_address_has_four_parts() -> None:
    """Trap 23."""
    assert visiting_address("Storgatan$1$A$Lund").value == StructuredAddress(
        street="Storgatan", premises_number="1", premises_letter="A", town="Lund"
    )
    assert visiting_address("Lyckeby 5$$$Karlskrona").value == StructuredAddress(street="Lyckeby 5", town="Karlskrona")


def test_four_empty_parts_are_no_address() -> None:
    assert visiting_address("$$ $") == (None, ())


@pytest.mark.parametrize("raw", ["Storgatan 5, Lund", "Storgatan 5$Lund", "$5$$Lund", "a$b$c$d$e"])
def test_a_visiting_address_without_its_parts_is_told(raw: str) -> None:
    """Trap 23: with fewer parts nobody can tell the town from the letter."""
    assert visiting_address(raw).broken == ("address_syntax",)


def test_a_postal_address_needs_addressee_postcode_and_town() -> None:
    whole = StructuredAddress(addressee=("Vårdcentralen",), post_code="11111", town="Stockholm")
    assert postal_address(whole).value == whole
    for part in ({"addressee": ()}, {"post_code": None}, {"town": None}):
        assert postal_address(whole.model_copy(update=part)).broken == ("address_syntax",)


@pytest.mark.parametrize(("raw", "code"), [("111 11", "11111"), ("S-11111", "11111"), ("DK-2100", "DK-2100")])
def test_a_swedish_postcode_is_five_digits_and_a_foreign_one_is_left(raw: str, code: str) -> None:
    assert post_code(raw).value == code
