"""Promises of 1177 e-tjänster in the sandbox: GetAvailableEServices 1.0 to the letter."""

from collections.abc import Callable

import httpx
from lxml import etree

from hjv_pipelines.settings import SANDBOX_PATHS
from hjv_pipelines_tests.sandbox.tiny import DIRTY, FULL, body_of, get_available_eservices

ESERVICES = SANDBOX_PATHS["eservices_url"]
XSD = (
    "eservicesupply_eoffering_GetAvailableEServices_1.0/schemas/interactions/"
    "GetAvailableEServicesInteraction/GetAvailableEServicesResponder_1.0.xsd"
)
R = "{urn:riv:eservicesupply:eoffering:GetAvailableEServicesResponder:1}"
C = "{urn:riv:eservicesupply:eoffering:1}"


def ask(client: httpx.Client, *hsa_ids: str) -> etree._Element:
    """Return the response element of the answer for `hsa_ids`."""
    (response,) = body_of(client.post(ESERVICES, content=get_available_eservices(*hsa_ids)))
    return response


def test_the_answer_is_valid_against_the_official_schema(
    client: httpx.Client, official: Callable[[str], etree.XMLSchema]
) -> None:
    schema = official(XSD)
    schema.assertValid(ask(client, FULL, DIRTY))
    schema.assertValid(ask(client, DIRTY))


def test_only_units_with_eservices_are_named(client: httpx.Client) -> None:
    facilities = ask(client, DIRTY, FULL, "SE2321000016-UNKNOWN").findall(f"{R}availableEServices")
    (facility,) = facilities
    assert facility.findtext(f"{R}healthcare_facility/{C}healthcare_facility") == FULL


def test_an_eservice_says_who_may_use_it(client: httpx.Client) -> None:
    booking, contact = ask(client, FULL).findall(f"{R}availableEServices/{R}eservice")
    assert booking.findtext(f"{C}description") == "Boka, av- & omboka"
    restrictions = booking.find(f"{C}restrictions")
    assert restrictions is not None
    assert [code.text for code in restrictions.iterfind(f"{C}eserviceAreaCode/*")] == ["01", "0180", "0182"]
    assert restrictions.findtext(f"{C}listing") == "true"
    assert restrictions.findtext(f"{C}referal") == "false"
    assert contact.find(f"{C}restrictions") is None


def test_a_foreign_element_stands_in_the_answer_for_readers_to_pass_over(client: httpx.Client) -> None:
    """Traps 35 and 36: one more `healthcare_facility`, in yet another namespace."""
    (facility,) = ask(client, FULL).findall(f"{R}availableEServices")
    names = [etree.QName(child) for child in facility]
    assert [name.localname for name in names].count("healthcare_facility") == 2


def test_a_question_for_no_unit_is_refused(client: httpx.Client) -> None:
    answer = client.post(ESERVICES, content=get_available_eservices())
    assert answer.status_code == 500
    assert body_of(answer).findtext(".//faultcode", "").endswith(":Client")


def test_every_pace_is_answered_and_remembered(client: httpx.Client) -> None:
    for _ in range(3):
        ask(client, FULL)
    stats = client.get("/stats").json()["eservices"]
    assert stats["calls"] == 3
    assert stats["most_at_once"] == 1
    assert stats["most_in_a_second"] >= 1
