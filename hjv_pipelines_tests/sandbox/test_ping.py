"""PingForConfiguration 1.0 in the sandbox, to the letter, at the address of every SOAP service."""

from collections.abc import Callable

import httpx
import pytest
from lxml import etree

from hjv_pipelines.sandbox.ping import ping_for
from hjv_pipelines.settings import SANDBOX_PATHS
from hjv_pipelines_tests.sandbox.tiny import body_of, question

XSD = (
    "itintegration_monitoring_PingForConfiguration_1.0/schemas/interactions/"
    "PingForConfigurationInteraction/PingForConfigurationResponder_1.0.xsd"
)
RESPONDER = "urn:riv:itintegration:monitoring:PingForConfigurationResponder:1"
ESERVICES = "urn:riv:eservicesupply:eoffering:GetAvailableEServicesResponder:1"
SERVED = {
    "hsa_unit_url": "urn:riv:orgmaster:hsa:GetHsaUnitResponder:1",
    "eservices_url": ESERVICES,
    "listing_url": "urn:riv:crm:carelisting:GetAvailableFacilitiesResponder:1",
    "offerings_url": (
        "urn:riv:supportprocess:serviceprovisioning:healthcareoffering:GetCareServiceOfferingsResponder:3"
    ),
    "waiting_times_url": "urn:riv:followup:groupoutcomes:qualityreporting:GetQualityIndicatorsResponder:2",
    "waiting_times_skane_url": "urn:riv:followup:groupoutcomes:qualityreporting:GetQualityIndicatorsResponder:2",
}


def ping(rest: str) -> bytes:
    return question(f'<PingForConfiguration xmlns="{RESPONDER}">{rest}</PingForConfiguration>')


def asked_for(namespace: str) -> str:
    return (
        f"<serviceContractNamespace>{namespace}</serviceContractNamespace>"
        "<logicalAddress>SE165565594230-1000</logicalAddress>"
    )


@pytest.mark.parametrize("service", SERVED)
def test_every_soap_service_says_its_version_and_the_time_by_the_official_schema(
    client: httpx.Client, official: Callable[[str], etree.XMLSchema], service: str
) -> None:
    answer = client.post(SANDBOX_PATHS[service], content=ping(asked_for(SERVED[service])))
    (pong,) = body_of(answer)
    official(XSD).assertValid(pong)
    assert pong.findtext(f"{{{RESPONDER}}}version") == "1.0"
    assert pong.findtext(f"{{{RESPONDER}}}pingDateTime") == "20251124120000"


def test_a_question_is_judged_as_the_official_schema_judges_it(official: Callable[[str], etree.XMLSchema]) -> None:
    bodies = [
        etree.fromstring(ping(rest))[-1][0]
        for rest in (
            asked_for(ESERVICES),
            f'{asked_for(ESERVICES)}<more xmlns="urn:other"/>',
            f"{asked_for(ESERVICES)}<more/>",
            f"<serviceContractNamespace>{ESERVICES}</serviceContractNamespace>",
            "<logicalAddress>SE1</logicalAddress><serviceContractNamespace>urn:x</serviceContractNamespace>",
            "",
        )
    ]
    verdicts = [official(XSD).validate(body) for body in bodies]
    assert [ping_for(()).request_schema.validate(body) for body in bodies] == verdicts
    assert verdicts == [True, True, False, False, False, False]


def test_there_is_no_route_to_a_contract_of_another_address(client: httpx.Client) -> None:
    answer = client.post(SANDBOX_PATHS["listing_url"], content=ping(asked_for(ESERVICES)))
    assert answer.status_code == 500
    assert body_of(answer).findtext(".//faultstring", "").startswith("VP004 ")
