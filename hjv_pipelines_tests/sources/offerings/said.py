"""Answers of Utbud, written by hand from the contract: its two namespaces, its extension elements, its oddities."""

from lxml import etree

from hjv_pipelines.sources.offerings.answer import Answer, UnitAnswer, read_answers
from hjv_pipelines.sources.offerings.record import CareService
from hjv_pipelines.sources.offerings.words import WORDS

R = "urn:riv:supportprocess:serviceprovisioning:healthcareoffering:GetCareServiceOfferingsResponder:3"
C = "urn:riv:supportprocess:serviceprovisioning:healthcareoffering:3"
R1 = "urn:riv:supportprocess:serviceprovisioning:healthcareoffering:GetHealthcareOfferingsResponder:1"
C1 = "urn:riv:supportprocess:serviceprovisioning:healthcareoffering:1"
ROOT = "GetCareServiceOfferingsResponse"
V3 = WORDS["GetCareServiceOfferings"]

HSA, SNOMED, BUSINESS = "1.2.752.129.2.1.4.1", "1.2.752.116.2.1.1", "1.2.752.129.2.2.1.3"
UNIT = "SE2321000016-A"
FOREIGN = '<x:careService xmlns:x="urn:x">no</x:careService>'


def cv(name: str, code: str, system: str, shown: str = "") -> str:
    """Return a coded value."""
    named = f"<c:displayName>{shown}</c:displayName>" if shown else ""
    return f"<c:{name}><c:code>{code}</c:code><c:codeSystem>{system}</c:codeSystem>{named}</c:{name}>"


def identity(name: str, extension: str, root: str = HSA) -> str:
    """Return an instance identifier."""
    return f"<c:{name}><c:root>{root}</c:root><c:extension>{extension}</c:extension></c:{name}>"


ID = identity("careServiceId", "T1")
TYPE = cv("typeOfCareService", "91251008", SNOMED, "Fysioterapi")
VALIDITY = "<c:validity><c:start>20260101</c:start></c:validity>"
STATUS = "<c:careServiceStatus>ACTIVE</c:careServiceStatus>"
OPTIONS = "<c:careOption>true</c:careOption><c:referralRequired>false</c:referralRequired>"
PROVIDER = (
    f"<c:providingOrganization>{identity('id', '2321000016', '1.3.7')}<c:name>Region Stockholm</c:name>"
    f"{cv('management', '1', '1.2.752.129.2.2.1.14')}<c:publicProvider>true</c:publicProvider>"
    "</c:providingOrganization>"
)
COUNTY = cv("county", "01", "1.2.752.129.2.2.1.18")
AREA = f"<c:location><c:geographicalLocation>{COUNTY}</c:geographicalLocation></c:location>"


def performer(*ids: str) -> str:
    """Return the organisation that performs, by `ids`, which are markup."""
    responsible = f"{identity('id', '2321000016', '1.3.7')}<c:name>Region Stockholm</c:name>"
    return (
        f"<c:performingOrganization>{''.join(ids)}"
        f"<c:responsibleOrganization>{responsible}</c:responsibleOrganization></c:performingOrganization>"
    )


def care_service(
    *more: str,
    service_id: str = ID,
    kind: str = TYPE,
    descriptions: str = "",
    validity: str = VALIDITY,
    status: str = STATUS,
    options: str = OPTIONS,
    local: str = "",
    by: str = performer(identity("id", UNIT)),
    locations: str = AREA,
) -> str:
    """Return a care service; `more` stands after its performer, before its locations."""
    return (
        f"<r:careService>{service_id}{kind}{descriptions}{validity}{status}{options}{local}{PROVIDER}{by}"
        f"{''.join(more)}{locations}</r:careService>"
    )


def response(*services: str) -> str:
    """Return the answer that holds `services`."""
    return f'<r:{ROOT} xmlns:r="{R}" xmlns:c="{C}">{"".join(services)}</r:{ROOT}>'


def as_forerunner(answer: str) -> str:
    """Return an answer in the names of GetHealthcareOfferings 1."""
    return answer.replace(R, R1).replace(f'"{C}"', f'"{C1}"').replace(ROOT, "GetHealthcareOfferingsResponse")


def read(*services: str) -> Answer:
    return read_answers([etree.fromstring(response(*services))], V3)


def told(unit: UnitAnswer) -> list[tuple[str, str, str]]:
    """Return a unit's findings as field, rule and value."""
    return [(finding.field, finding.rule, finding.value) for finding in unit.findings]


def only(service: str) -> tuple[CareService, list[tuple[str, str, str]]]:
    """Return the one care service of an answer, and its findings."""
    (unit,) = read(service).units
    record = unit.record()
    assert record is not None
    (kept,) = record.services
    return kept, told(unit)
