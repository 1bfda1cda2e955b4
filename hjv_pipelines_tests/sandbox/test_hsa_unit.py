"""Promises of HSA's single-unit service: both contracts at one address, each to its letter."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
from lxml import etree

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines.settings import SANDBOX_PATHS
from hjv_pipelines_tests.sandbox.tiny import (
    DIRTY,
    FULL,
    NAMELESS,
    NOON,
    at,
    body_of,
    get_hsa_unit,
    get_unit,
)

UNIT = SANDBOX_PATHS["hsa_unit_url"]
GET_HSA_UNIT_XSD = "orgmaster_hsa_GetHsaUnit_1.0/schemas/interactions/GetHsaUnitInteraction/GetHsaUnitResponder_1.0.xsd"
P = "{urn:hjv-pipelines:profile:hsa-unit:1}"
R = "{urn:riv:orgmaster:hsa:GetHsaUnitResponder:1}"
C = "{urn:riv:orgmaster:hsa:1}"


def ask(client: httpx.Client, request: bytes) -> list[etree._Element]:
    """Return what stands in the Body of the answer to `request`."""
    answer = client.post(UNIT, content=request)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml; charset=UTF-8"
    return list(body_of(answer))


def get_hsa_unit_answer(client: httpx.Client, hsa_id: str) -> etree._Element:
    """Return GetHsaUnit's response element."""
    (response,) = ask(client, get_hsa_unit(hsa_id))
    return response


def test_get_unit_answers_with_the_raw_values_and_the_official_three(client: httpx.Client) -> None:
    (response,) = ask(client, get_unit(FULL))
    assert response.tag == f"{P}GetUnitResponse"
    (unit,) = response
    assert unit.findtext(f"{P}unitName") == "Björkens vårdcentral"
    assert unit.findtext(f"{P}DN") == "ou=Björkens vårdcentral,o=Region Å & Ö,l=Stockholms län,c=SE"
    assert unit.findtext(f"{P}orgNo") == "232100-0016"
    assert unit.findtext(f"{P}unitIsArchived") == "false"


def test_the_id_may_be_spelled_in_any_way(client: httpx.Client) -> None:
    """Trap 19."""
    (response,) = ask(client, get_unit(" se2321000016-full "))
    assert response.findtext(f"{P}unit/{P}unitHsaId") == FULL


def test_get_unit_of_an_unknown_unit_is_an_empty_response(client: httpx.Client) -> None:
    (response,) = ask(client, get_unit("SE2321000016-UNKNOWN"))
    assert len(response) == 0


def test_get_unit_does_not_return_a_unit_without_a_name(client: httpx.Client) -> None:
    (response,) = ask(client, get_unit(NAMELESS))
    assert len(response) == 0


def test_get_hsa_unit_is_valid_against_the_official_schema(
    client: httpx.Client, official: Callable[[str], etree.XMLSchema]
) -> None:
    schema = official(GET_HSA_UNIT_XSD)
    schema.assertValid(get_hsa_unit_answer(client, FULL))
    schema.assertValid(get_hsa_unit_answer(client, DIRTY))


def test_get_hsa_unit_of_an_unknown_unit_is_an_empty_body(client: httpx.Client) -> None:
    """Trap 43: an envelope, and nothing in its Body. So is a unit whose mandatory name is missing."""
    assert ask(client, get_hsa_unit("SE2321000016-UNKNOWN")) == []
    assert ask(client, get_hsa_unit(NAMELESS)) == []


def test_get_hsa_unit_gives_telephone_numbers_in_national_digits(client: httpx.Client) -> None:
    response = get_hsa_unit_answer(client, FULL)
    assert [number.text for number in response.iterfind(f"{R}telephoneNumbers/{R}telephoneNumber")] == [
        "08123456",
        "085550010",
    ]
    assert response.findtext(f"{R}switchboardNumber") == "081234500"


def test_get_hsa_unit_leaves_out_spans_between_dates(client: httpx.Client) -> None:
    """Trap 51: the contract knows no dated hours, so its silence says nothing of them."""
    spans = get_hsa_unit_answer(client, FULL).findall(f"{R}surgeryHours/{R}surgeryHour")
    assert [[child.text or "" for child in span] for span in spans] == [
        ["1", "08:00:00", "08:00", "4", "17:00:00", "17:00", ""],
        ["5", "08:00:00", "08:00", "5", "15:00:00", "15:00", "Stängt vid lunch"],
    ]


def test_get_hsa_unit_says_midnight_as_24_hours(client: httpx.Client) -> None:
    """Trap 21."""
    response = get_hsa_unit_answer(client, FULL)
    assert response.findtext(f"{R}telephoneHours/{C}telephoneHour/{C}toTime") == "24:00:00"


def test_get_hsa_unit_carries_the_first_age_rule_and_the_notice_with_its_semicolon(
    client: httpx.Client,
) -> None:
    """Trap 22: the separator may stand in the text."""
    response = get_hsa_unit_answer(client, FULL)
    assert [child.text for child in response.iterfind(f"{R}visitingRuleAge/*")] == ["00", "17"]
    notice = [child.text or "" for child in response.iterfind(f"{R}unitTemporaryInformation/*")]
    assert notice == ["20251120", "", "Stängt; ring i stället"]


def test_get_hsa_unit_leaves_out_what_it_cannot_carry_and_keeps_the_rest(client: httpx.Client) -> None:
    response = get_hsa_unit_answer(client, DIRTY)
    for element in ("geographicalCoordinatesRt90", "unitTemporaryInformation", "visitingRuleAge"):
        assert response.find(f"{R}{element}") is None
    assert len(response.findall(f"{R}telephoneNumbers/*")) == 0
    backwards = response.findall(f"{R}surgeryHours/{R}surgeryHour")
    assert [span.findtext(f"{C}fromTime") for span in backwards] == ["17:00:00"]


def test_a_change_is_seen_at_once(archive: Archive, tmp_path: Path) -> None:
    archive.change(FULL, {"unitName": ["Nya Björken"]}, datetime(2025, 11, 24, 10, 45, tzinfo=UTC))
    with (
        running(create_app(archive, tmp_path, now=at(NOON))) as address,
        httpx.Client(base_url=address) as client,
    ):
        (response,) = ask(client, get_unit(FULL))
        assert response.findtext(f"{P}unit/{P}unitName") == "Nya Björken"
        assert get_hsa_unit_answer(client, FULL).findtext(f"{R}name") == "Nya Björken"
