"""Promises of Listningstjänsten in the sandbox: GetAvailableFacilities 1.0 to the letter."""

from collections.abc import Callable

import httpx
import pytest
from lxml import etree

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.settings import SANDBOX_PATHS
from hjv_pipelines_tests.sandbox.tiny import DIRTY, FULL, LONG_AGO, body_of, get_available_facilities

LISTING = SANDBOX_PATHS["listing_url"]
XSD = "crm_carelisting_GetAvailableFacilities_1.0/GetAvailableFacilities_1_0.xsd"
R = "{urn:riv:crm:carelisting:GetAvailableFacilitiesResponder:1}"
C = "{urn:riv:crm:carelisting:1}"
ELSEWHERE = "SE2321000016-NAMELESS"


@pytest.fixture(autouse=True)
def told(archive: Archive) -> None:
    """Let one list oneself with two units of Stockholm and one of Skåne."""
    for hsa_id, county, queue, types in (
        (FULL, "01", True, ["HLM", "BVC"]),
        (DIRTY, "01", None, []),
        (ELSEWHERE, "12", False, ["HLM"]),
    ):
        says = {"county": county, "hasQueue": queue, "types": types, "name": "Björken & Eken"}
        archive.tell(hsa_id, "listing", says, LONG_AGO)


def ask(client: httpx.Client, county: str, *hsa_ids: str, types: tuple[str, ...] = ()) -> etree._Element:
    """Return the response element of the answer."""
    question = get_available_facilities(county, *hsa_ids, types=types)
    (response,) = body_of(client.post(LISTING, content=question))
    return response


def named(response: etree._Element) -> list[str | None]:
    return [facility.findtext(f"{C}facilityId") for facility in response]


def test_the_answer_is_valid_against_the_official_schema(
    client: httpx.Client, official: Callable[[str], etree.XMLSchema]
) -> None:
    official(XSD).assertValid(ask(client, "01"))


def test_a_county_is_answered_with_its_own_units(client: httpx.Client) -> None:
    assert named(ask(client, "01")) == [DIRTY.strip().upper(), FULL]
    assert named(ask(client, "12")) == [ELSEWHERE]
    assert named(ask(client, "03")) == []


def test_whether_there_is_a_queue_has_three_states(client: httpx.Client) -> None:
    """Trap 30."""
    queues = {facility.findtext(f"{C}facilityId"): facility.findtext(f"{C}hasQueue") for facility in ask(client, "01")}
    assert queues == {FULL: "true", DIRTY.strip().upper(): None}
    assert ask(client, "12")[0].findtext(f"{C}hasQueue") == "false"


def test_a_question_may_be_narrowed_to_units_and_to_types(client: httpx.Client) -> None:
    """An empty text asks for all units, says the schema."""
    assert named(ask(client, "01", FULL.lower())) == [FULL]
    assert named(ask(client, "01", "")) == named(ask(client, "01"))
    assert named(ask(client, "01", types=("BVC",))) == [FULL]


def test_a_foreign_element_stands_in_the_answer_for_readers_to_pass_over(client: httpx.Client) -> None:
    """Traps 35 and 36: one more `hasQueue`, in yet another namespace."""
    (facility,) = ask(client, "12")
    assert [etree.QName(child).localname for child in facility].count("hasQueue") == 2


def test_a_question_for_no_county_is_refused(client: httpx.Client) -> None:
    question = get_available_facilities("01").replace(b"<countyCode>01</countyCode>", b"")
    answer = client.post(LISTING, content=question)
    assert answer.status_code == 500
    assert body_of(answer).findtext(".//faultcode", "").endswith(":Client")
