"""Promises to whoever asks wrongly: a SOAP fault as from the national platform, and never a crash."""

from collections.abc import Callable

import httpx
import pytest
from lxml import etree

from hjv_pipelines.sandbox.eservices import GET_AVAILABLE_ESERVICES
from hjv_pipelines.sandbox.get_hsa_unit import GET_HSA_UNIT
from hjv_pipelines.settings import SANDBOX_PATHS
from hjv_pipelines_tests.sandbox.tiny import (
    FULL,
    body_of,
    get_available_eservices,
    get_hsa_unit,
    get_unit,
    question,
)

UNIT = SANDBOX_PATHS["hsa_unit_url"]
HSA = "urn:riv:orgmaster:hsa:GetHsaUnitResponder:1"
ESERVICES = "urn:riv:eservicesupply:eoffering:GetAvailableEServicesResponder:1"
ESERVICES_FOLDER = "eservicesupply_eoffering_GetAvailableEServices_1.0/schemas/interactions"
ENTITY_BOMB = b'<!DOCTYPE e [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><e>&b;</e>'


def fault(client: httpx.Client, content: bytes) -> tuple[str, str, str]:
    """Return faultcode (without prefix), faultstring and detail of the fault that answers `content`."""
    answer = client.post(UNIT, content=content)
    assert answer.status_code == 500
    (found,) = body_of(answer)
    assert found.tag == "{http://schemas.xmlsoap.org/soap/envelope/}Fault"
    code = found.findtext("faultcode", "").split(":")[-1]
    return code, found.findtext("faultstring", ""), found.findtext("detail/detailString", "")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "VP015"),
        (b"not xml", "VP015"),
        (b"<html/>", "VP015"),
        (ENTITY_BOMB, "VP015"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + get_unit(FULL), "VP015"),
        (question(""), "VP015"),
        (get_unit(FULL).replace(b"LogicalAddress", b"Somebody"), "VP003"),
        (question("<GetUnit/>", logical_address=" SE165565594230-1000"), "VP004"),
        (get_available_eservices(FULL), "VP004"),
    ],
)
def test_what_the_platform_refuses(client: httpx.Client, content: bytes, code: str) -> None:
    """Trap 38 among them: a DTD or an entity is never followed."""
    faultcode, faultstring, _ = fault(client, content)
    assert faultcode == "Client"
    assert faultstring.startswith(f"{code} ")


def test_a_request_that_breaks_its_contract_is_told_why(client: httpx.Client) -> None:
    faultcode, _, detail = fault(
        client, question(f'<GetHsaUnit xmlns="{HSA}"><hsaIdentity>X</hsaIdentity></GetHsaUnit>')
    )
    assert faultcode == "Client"
    assert "getParentInfo" in detail


@pytest.mark.parametrize(
    ("path", "schema", "request_bodies"),
    [
        (
            "orgmaster_hsa_GetHsaUnit_1.0/schemas/interactions/GetHsaUnitInteraction/GetHsaUnitResponder_1.0.xsd",
            GET_HSA_UNIT.request_schema,
            [
                f'<GetHsaUnit xmlns="{HSA}"><hsaIdentity>X</hsaIdentity>{rest}</GetHsaUnit>'
                for rest in (
                    "",
                    "<getParentInfo>true</getParentInfo>",
                    "<getParentInfo>1</getParentInfo>",
                    "<getParentInfo>ja</getParentInfo>",
                    "<searchBase>o=Region Å,c=SE</searchBase><getParentInfo>true</getParentInfo>",
                    "<searchBase>everywhere?</searchBase><getParentInfo>true</getParentInfo>",
                    '<getParentInfo>true</getParentInfo><more xmlns="urn:other"/>',
                    "<getParentInfo>true</getParentInfo><more/>",
                )
            ],
        ),
        (
            f"{ESERVICES_FOLDER}/GetAvailableEServicesInteraction/GetAvailableEServicesResponder_1.0.xsd",
            GET_AVAILABLE_ESERVICES.request_schema,
            [
                f'<GetAvailableEServices xmlns="{ESERVICES}">{rest}</GetAvailableEServices>'
                for rest in (
                    "",
                    "<healthcare_facility>X</healthcare_facility>",
                    "<healthcare_facility>X</healthcare_facility><healthcare_facility/>",
                    "<hsaIdentity>X</hsaIdentity>",
                    '<healthcare_facility>X</healthcare_facility><more xmlns="urn:other"/>',
                )
            ],
        ),
    ],
)
def test_requests_are_judged_as_the_official_schema_judges_them(
    official: Callable[[str], etree.XMLSchema],
    path: str,
    schema: etree.XMLSchema,
    request_bodies: list[str],
) -> None:
    judged = official(path)
    verdicts = [judged.validate(etree.fromstring(body)) for body in request_bodies]
    assert [schema.validate(etree.fromstring(body)) for body in request_bodies] == verdicts
    assert True in verdicts
    assert False in verdicts


def test_both_contracts_are_answered_at_one_address(client: httpx.Client) -> None:
    for request, response in (
        (get_unit(FULL), "GetUnitResponse"),
        (get_hsa_unit(FULL), "GetHsaUnitResponse"),
    ):
        (answer,) = body_of(client.post(UNIT, content=request))
        assert etree.QName(answer).localname == response


def test_healthz_says_for_how_many_units_the_sandbox_answers(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "units": 3}
