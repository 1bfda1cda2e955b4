"""The promise: the contracts in the package say what the official ones say, and questions are valid by both.

The official files stand beside the project where they are at hand; without them these tests are skipped.
"""

from functools import cache
from pathlib import Path

import pytest
from lxml import etree
from zeep import Client
from zeep.xsd import ComplexType, Element

from hjv_pipelines.sources.eservices.source import CONTRACT as E_SERVICES
from hjv_pipelines.sources.listing.source import CONTRACT as FACILITIES
from hjv_pipelines.sources.offerings.words import WORDS
from hjv_pipelines.sources.quality_indicators.profile import CONTRACT as QUALITY_INDICATORS
from hjv_pipelines.sources.quality_indicators.profile import question as quality_question
from hjv_pipelines.transport.contract import Contract, write_question
from hjv_pipelines.transport.ping import PING, PING_IN_PROFILE_20
from hjv_pipelines_tests.sources.offerings import test_answer as offerings
from hjv_pipelines_tests.wire import SOAP

OWN = Path(__file__).parents[2] / "hjv_pipelines" / "transport" / "contracts"
OFFICIAL = Path(__file__).parents[3] / "shared" / "contracts"

HSA_UNIT = Contract(
    wsdl="GetHsaUnit_1.0/interaction.wsdl",
    binding="{urn:riv:orgmaster:hsa:GetHsaUnit:1:rivtabp21}GetHsaUnitResponderBinding",
    operation="GetHsaUnit",
)
FOLDERS = {
    "GetAvailableEServices": "eservicesupply_eoffering_GetAvailableEServices_1.0",
    "GetCareServiceOfferings": "supportprocess_serviceprovisioning_healthcareoffering_GetCareServiceOfferings_3.0",
    "GetHsaUnit": "orgmaster_hsa_GetHsaUnit_1.0",
    "getAvailableFacilities": "crm_carelisting_GetAvailableFacilities_1.0",
    "PingForConfiguration": "itintegration_monitoring_PingForConfiguration_1.0",
}
CARE_SERVICES = WORDS["GetCareServiceOfferings"].contract
CONTRACTS = [E_SERVICES, FACILITIES, CARE_SERVICES, HSA_UNIT, PING, PING_IN_PROFILE_20]

QUESTIONS: dict[str, dict[str, object]] = {
    "GetAvailableEServices": {"healthcare_facility": ["SE1-A", "SE1-Å"]},
    "getAvailableFacilities": {"countyCode": "09", "healthcare_facilities": ["SE1-A", ""], "listingType": ["BVC"]},
    "GetCareServiceOfferings": {
        "typeOfPlace": {"typeOfPlaceEnum": "ALL"},
        "performingOrganizationId": [{"root": "1.2.752.129.2.1.4.1", "extension": "SE1-A"}],
        "location": {"county": [{"code": "01", "codeSystem": "1.2.752.129.2.2.1.18"}]},
    },
    "GetHsaUnit": {"hsaIdentity": "SE1-A", "searchBase": "c=SE", "getParentInfo": False},
    "PingForConfiguration": {"serviceContractNamespace": "urn:riv:x", "logicalAddress": "SE1-A"},
}

FOREIGN = '<x:more xmlns:x="urn:x">1</x:more>'
E_SERVICE = (
    "<c:commonName>Boka</c:commonName><c:description>Tid</c:description><c:resourceId>17</c:resourceId>"
    "<c:securitylevel>AL3</c:securitylevel><c:url>https://e.1177.se/17</c:url><c:restrictions>"
    "<c:eserviceAreaCode><c:countycode>01</c:countycode><c:countycode>12</c:countycode>"
    "<c:municipalityCode>0180</c:municipalityCode><c:municipalitySectionCode>1</c:municipalitySectionCode>"
    f"{FOREIGN}</c:eserviceAreaCode><c:gender>2</c:gender><c:listing>true</c:listing><c:referal>0</c:referal>"
    f"<c:referalTypeId>1</c:referalTypeId><c:ageMin>16</c:ageMin><c:ageMax>99</c:ageMax>{FOREIGN}"
    f"</c:restrictions>{FOREIGN}"
)
E_SERVICES_ANSWER = (
    '<r:GetAvailableEServicesResponse xmlns:c="urn:riv:eservicesupply:eoffering:1"'
    ' xmlns:r="urn:riv:eservicesupply:eoffering:GetAvailableEServicesResponder:1">'
    "<r:availableEServices><r:healthcare_facility><c:healthcare_facility>SE1-A</c:healthcare_facility>"
    f"<c:healthcare_facility_name>A</c:healthcare_facility_name>{FOREIGN}</r:healthcare_facility>"
    f"<r:eservice>{E_SERVICE}</r:eservice>{FOREIGN}</r:availableEServices>{FOREIGN}</r:GetAvailableEServicesResponse>"
)
FACILITIES_ANSWER = (
    '<r:getAvailableFacilitiesResponse xmlns:c="urn:riv:crm:carelisting:1"'
    ' xmlns:r="urn:riv:crm:carelisting:GetAvailableFacilitiesResponder:1">'
    "<r:healthcare_facilities><c:facilityId>SE1-A</c:facilityId><c:hasQueue>true</c:hasQueue>"
    "<c:supportedListingTypes>BVC</c:supportedListingTypes><c:supportedListingTypes>HLM</c:supportedListingTypes>"
    f"<c:facilityName>A</c:facilityName>{FOREIGN}</r:healthcare_facilities><r:healthcare_facilities>"
    "<c:facilityId>SE1-B</c:facilityId><c:facilityName/></r:healthcare_facilities>"
    f"{FOREIGN}</r:getAvailableFacilitiesResponse>"
)
CARE_SERVICES_ANSWER = offerings.response(offerings.care_service(), FOREIGN)
PONG = (
    "<r:PingForConfigurationResponse"
    ' xmlns:r="urn:riv:itintegration:monitoring:PingForConfigurationResponder:1">'
    "<r:version>1.0</r:version><r:pingDateTime>20261123113000</r:pingDateTime>"
    f"<r:configuration><r:name>a</r:name><r:value>b</r:value></r:configuration>{FOREIGN}"
    "</r:PingForConfigurationResponse>"
)


def official_wsdl(contract: Contract) -> Path:
    """Return the official WSDL of a contract; skip the test where it is not at hand."""
    profile = "20" if "rivtabp20" in contract.binding else "21"
    found = [
        path
        for path in (OFFICIAL / FOLDERS[contract.operation]).rglob(f"*{profile}.wsdl")
        if path.name.casefold().startswith(f"{contract.operation}interaction".casefold())
    ]
    return found[0] if found else pytest.skip("the official contracts are not at hand")


@cache
def own_schema(contract: Contract) -> etree.XMLSchema:
    return etree.XMLSchema(file=str((OWN / contract.wsdl).parent / "responder.xsd"))


def official_schema(contract: Contract) -> etree.XMLSchema:
    name = contract.operation.casefold()
    schemas = official_wsdl(contract).parent.glob("*.xsd")
    return etree.XMLSchema(file=str(next(path for path in schemas if path.name.casefold().startswith(name))))


def shape(element: object) -> object:
    """Return what an element may hold, to the last leaf: names, order, how often, and types."""
    if not isinstance(element, Element):
        return str(type(element).__name__)
    inner = element.type
    frame = (str(element.qname), element.min_occurs, element.max_occurs)
    if isinstance(inner, ComplexType):
        return (*frame, [shape(child) for _, child in inner.elements])
    return (*frame, inner.accepted_types)


def operation(wsdl: Path, contract: Contract) -> object:
    return Client(str(wsdl)).wsdl.bindings[contract.binding].get(contract.operation)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.wsdl)
def test_a_question_is_valid_by_the_official_schema(contract: Contract) -> None:
    schema = official_schema(contract)
    question = write_question(contract, "SE165565594230-1000", QUESTIONS[contract.operation])
    body = etree.fromstring(question.envelope).find(f"{{{SOAP}}}Body")
    schema.assertValid(body[0])
    own_schema(contract).assertValid(body[0])


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.wsdl)
def test_the_contract_has_the_official_names(contract: Contract) -> None:
    """The binding, the operation, its SOAPAction and its header."""
    official = operation(official_wsdl(contract), contract)
    own = operation(OWN / contract.wsdl, contract)
    assert own.soapaction == official.soapaction
    assert shape(own.input.body) == shape(official.input.body)
    assert shape(own.output.body) == shape(official.output.body)
    assert own.input.header.signature() == official.input.header.signature()


@pytest.mark.parametrize(
    ("contract", "answer"),
    [
        (E_SERVICES, E_SERVICES_ANSWER),
        (FACILITIES, FACILITIES_ANSWER),
        (CARE_SERVICES, CARE_SERVICES_ANSWER),
        (PING, PONG),
    ],
    ids=["GetAvailableEServices", "getAvailableFacilities", "GetCareServiceOfferings", "PingForConfiguration"],
)
def test_what_the_official_schema_accepts_ours_accepts(contract: Contract, answer: str) -> None:
    official_schema(contract).assertValid(etree.fromstring(answer))
    own_schema(contract).assertValid(etree.fromstring(answer))


@pytest.mark.parametrize(
    ("contract", "answer"),
    [
        (E_SERVICES, E_SERVICES_ANSWER.replace("AL3", "AL5")),
        (FACILITIES, FACILITIES_ANSWER.replace("true", "ja")),
        (CARE_SERVICES, CARE_SERVICES_ANSWER.replace("ACTIVE", "SOON")),
        (CARE_SERVICES, CARE_SERVICES_ANSWER.replace("20260101", "2026-01-01")),
        (CARE_SERVICES, CARE_SERVICES_ANSWER.replace(offerings.AREA, "")),
        (FACILITIES, FACILITIES_ANSWER.replace("<c:facilityName/>", "")),
        (FACILITIES, FACILITIES_ANSWER.replace("c:hasQueue", "r:hasQueue")),
        (E_SERVICES, E_SERVICES_ANSWER.replace("<c:listing>true</c:listing>", "")),
        (E_SERVICES, E_SERVICES_ANSWER.replace("c:eservice>", "r:eservice>").replace("c:url", "r:url")),
        (PING, PONG.replace("20261123113000", "2026-11-23T11:30:00")),
    ],
)
def test_what_the_official_schema_refuses_ours_refuses(contract: Contract, answer: str) -> None:
    assert not official_schema(contract).validate(etree.fromstring(answer))
    assert not own_schema(contract).validate(etree.fromstring(answer))


def test_the_profile_of_quality_indicators_asks_for_a_county_or_for_units() -> None:
    """No official text is public: docs/contracts.md holds what is known and what is assumed."""
    responder = "urn:riv:followup:groupoutcomes:qualityreporting:GetQualityIndicatorsResponder:2"
    domain = "urn:riv:followup:groupoutcomes:qualityreporting:2"
    for asked in (quality_question(["1", "2"], county_code="12"), quality_question(["1"], hsa_ids=["SE1-A", "SE1-B"])):
        question = write_question(QUALITY_INDICATORS, "SE1", asked)
        assert question.action == f"{responder}:GetQualityIndicators"
        body = etree.fromstring(question.envelope).find(f"{{{SOAP}}}Body")
        own_schema(QUALITY_INDICATORS).assertValid(body[0])
        assert body.findtext(f".//{{{responder}}}measureId/{{{domain}}}root") == "1.2.826.0.1.3680043.9.4672.7"


def test_the_profile_of_get_unit_asks_for_a_unit_by_its_id() -> None:
    """No official text is public: docs/contracts.md holds what is assumed."""
    namespace = "urn:hjv-pipelines:profile:hsa-unit:1"
    profile = Contract(
        wsdl="GetUnit_profile_1/interaction.wsdl",
        binding=f"{{{namespace}:GetUnit:rivtabp21}}GetUnitResponderBinding",
        operation="GetUnit",
    )
    question = write_question(profile, "SE1", {"unitHsaId": "SE1-A"})
    assert question.action == f"{namespace}:GetUnit"
    body = etree.fromstring(question.envelope).find(f"{{{SOAP}}}Body")
    assert body.findtext(f"{{{namespace}}}GetUnit/{{{namespace}}}unitHsaId") == "SE1-A"
    own_schema(profile).assertValid(body[0])
    unit = f'<GetUnitResponse xmlns="{namespace}"><unit><anything/><x xmlns="urn:x"/></unit></GetUnitResponse>'
    own_schema(profile).assertValid(etree.fromstring(unit))
    own_schema(profile).assertValid(etree.fromstring(f'<GetUnitResponse xmlns="{namespace}"/>'))


def test_the_profile_of_get_healthcare_offerings_asks_as_its_successor_does() -> None:
    """No official text is public: docs/contracts.md holds what is assumed."""
    profile = WORDS["GetHealthcareOfferings"].contract
    question = write_question(profile, "SE1", QUESTIONS["GetCareServiceOfferings"])
    assert question.action == f"{offerings.R1}:GetHealthcareOfferings"
    body = etree.fromstring(question.envelope).find(f"{{{SOAP}}}Body")
    own_schema(profile).assertValid(body[0])
    own_schema(profile).assertValid(etree.fromstring(offerings.as_forerunner(CARE_SERVICES_ANSWER)))
