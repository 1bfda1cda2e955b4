"""Every field of a card says what it means and which source's field it comes from."""

import pytest

from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.provenance import CardField, card_fields, field_origins, field_table, section_sources
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.registry import RECORD_TYPES

NOT_ON_THE_CARD = {
    "dn",
    "organisation_number",
    "destination_indicators",
    "start_date",
    "end_date",
    "feigned",
    "archived",
}
"""What HSA says for visibility and for the directory's own sake."""

FIELDS = pytest.mark.parametrize("field", card_fields(ContactCard), ids=lambda field: field.path)


@FIELDS
def test_every_field_says_what_it_means(field: CardField) -> None:
    assert field.description.endswith(".")


@FIELDS
def test_every_field_has_an_origin_that_exists(field: CardField) -> None:
    assert field.origins
    for origin in field.origins:
        assert set(origin.fields) <= set(RECORD_TYPES[origin.source].model_fields)
        assert origin.fields


def test_everything_that_hsa_says_for_the_public_is_on_the_card() -> None:
    used = {name for origins in field_origins(ContactCard).values() for source, name in origins if source == "hsa"}
    assert used == set(HsaUnit.model_fields) - NOT_ON_THE_CARD


def test_a_part_inherits_the_origin_of_the_field_that_it_fills() -> None:
    origins = field_origins(ContactCard)
    assert origins["hours.opening.spans.opens"] == (("hsa", "surgery_hours"),)
    assert origins["hours.telephone.spans.opens"] == (("hsa", "telephone_hours"),)
    assert origins["contact.functions.hours.lines"] == (("hsa", "unit_functions"),)


def test_every_section_knows_its_sources() -> None:
    sources = section_sources(ContactCard)
    assert set(sources) == set(ContactCard.model_fields)
    assert sources["hours"] == ("hsa",)
    assert sources["eservices"] == ("eservices", "kka")
    assert sources["news"] == ("kka",)


def test_a_section_knows_what_other_units_sources_say_in_it() -> None:
    lent = section_sources(ContactCard, "lender")
    assert {section: sources for section, sources in lent.items() if sources} == {"eservices": ("eservices", "hsa")}


def test_the_documentations_table_has_a_row_for_every_field() -> None:
    table = field_table(ContactCard)
    assert len(table.splitlines()) == len(card_fields(ContactCard)) + 2
    assert "| `header.name` | " in table
    assert "hsa: public_name, name, location |" in table


def test_every_fields_type_is_told_in_words() -> None:
    types = {field.path: field.type for field in card_fields(ContactCard)}
    assert (types["header.name"], types["related_units"]) == ("text", "text, several")
    assert types["find.position.latitude"] == "number"
