"""A nation of a few hand-made units, and what the sandbox's tests ask it with."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
from lxml import etree

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.unit import EService, SandboxUnit

CONTRACTS = Path(__file__).parents[3] / "shared" / "contracts"
"""The official schemas, where they are at hand; tests that need them are skipped elsewhere."""

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
NOON = datetime(2025, 11, 24, 11, 0, tzinfo=UTC)
"""12:00 in Stockholm: the file of 10:00 is served."""

FULL = "SE2321000016-FULL"
DIRTY = "SE2321000016-DIRTY"
NAMELESS = "SE2321000016-NAMELESS"
SCHEMA_NAMESPACE = {"soap": "http://schemas.xmlsoap.org/soap/envelope/"}

_FULL = SandboxUnit(
    hsa_id=FULL,
    container={
        "hsaIdentity": FULL,
        "DN": "ou=Björkens vårdcentral,o=Region Å & Ö,l=Stockholms län,c=SE",
        "orgNo": "232100-0016",
        "name": "Björkens vårdcentral",
        "publicName": "Björkens vårdcentral",
        "unitIsArchived": "false",
        "startDate": "2020-01-01T00:00:00Z",
    },
    profile={
        "unitHsaId": [FULL],
        "unitName": ["Björkens vårdcentral"],
        "publicName": ["Björkens vårdcentral"],
        "alternateName": ["Björken", "BVC & VC <Björken>"],
        "destinationIndicator": ["03", "04"],
        "businessType": ["02"],
        "careType": ["01"],
        "management": ["1"],
        "businessClassification": [
            {
                "businessClassificationCode": ["1506"],
                "businessClassificationName": ["Distriktssköterskeverksamhet"],
            },
            {"businessClassificationCode": ["1504"], "businessClassificationName": ["Barnavårdscentral"]},
        ],
        "countyCode": ["01"],
        "countyName": ["Stockholms län"],
        "municipalityCode": ["0180"],
        "municipalityName": ["Stockholm"],
        "geographicalCoordinatesRt90": ["X: 6581164, Y: 1630250"],
        "geographicalCoordinatesSWEREF99Latitude": ["59.3293"],
        "geographicalCoordinatesSWEREF99Longitude": ["18.0686"],
        "telephoneNumber": ["+46 8 123 456", "08-555 00 10"],
        "textTelephoneNumber": ["bjorken@sip.nu"],
        "switchboardNumber": ["+46 (0)8-123 45 00"],
        "facsimileTelephoneNumber": ["08123457"],
        "mail": ["bjorken@example.se"],
        "surgeryHour": [
            "1-4#08:00#17:00$5-5#08:00#15:00#Stängt vid lunch",
            "1-5#10:00#12:00##20251222#20260106",
        ],
        "telephoneHour": ["1-7#00:00#24:00"],
        "dropInHour": ["1#5#08:00#09:00"],
        "visitingHour": ["6-7#13:00#15:00"],
        "unitTemporaryInformation": ["20251120;;Stängt; ring i stället"],
        "visitingRuleAge": ["00;17;Endast barn", "65;99"],
        "postalAddress": ["Björken$Box 1$111 11 Stockholm"],
        "structuredVisitingAddress": ["Storgatan$1$A$Stockholm"],
        "unitFunction": [
            {"name": ["Bokning"], "telephoneNumber": ["+46 8 123 458"], "telephoneHour": ["1-5#08:00#10:00"]}
        ],
        "relatedUnitHsaId": [DIRTY],
        "referralRules": ["Remiss krävs inte"],
        "description": ["Rad ett\r\nRad två"],
        "directoryContact": ["ansvarig@example.se"],
        "nonPublicTelephoneNumber": ["+46 70 000 00 00"],
        "jpegPhoto": ["/9j/4AAQSkZJRg=="],
    },
    eservices=[
        EService(
            commonName="Boka tid",
            description="Boka, av- & omboka",
            resourceId="17",
            securitylevel="AL3",
            url="https://e-tjanster.example.se/17",
            restrictions={
                "eserviceAreaCode": {"countycode": ["01"], "municipalityCode": ["0180", "0182"]},
                "gender": "2",
                "listing": True,
                "referal": False,
                "ageMin": 18,
            },
        ),
        EService(commonName="Kontakta oss", description="", resourceId="18"),
    ],
)

_DIRTY = SandboxUnit(
    hsa_id=" se2321000016-dirty",
    container={"hsaIdentity": " se2321000016-dirty", "DN": "ou=Smutsen,c=SE"},
    profile={
        "unitHsaId": [" se2321000016-dirty"],
        "unitName": ["Smu\x00ts\x0ben\x85"],
        "geographicalCoordinatesRt90": ["N 59, E 18"],
        "telephoneNumber": ["ring växeln", "+45 33 12 34 56"],
        "surgeryHour": ["8-17", "1-5#17:00#08:00"],
        "unitTemporaryInformation": ["20101131"],
        "visitingRuleAge": ["Alla åldrar"],
        "inventedElement": ["<&>"],
    },
)

_NAMELESS = SandboxUnit(
    hsa_id=NAMELESS,
    container={"hsaIdentity": NAMELESS, "DN": "ou=,c=SE"},
    profile={"unitHsaId": [NAMELESS]},
)

UNITS = (_FULL, _DIRTY, _NAMELESS)


def tiny_archive(folder: Path) -> Archive:
    """Return an archive of the hand-made units, valid since long ago."""
    return Archive.create(folder / "archive.sqlite", UNITS, LONG_AGO)


def question(body: str, *, logical_address: str = "SE165565594230-1000") -> bytes:
    """Return a request's envelope."""
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>'
        f'<i:LogicalAddress xmlns:i="urn:riv:itintegration:registry:1">{logical_address}</i:LogicalAddress>'
        f"</e:Header><e:Body>{body}</e:Body></e:Envelope>"
    ).encode()


def get_unit(hsa_id: str) -> bytes:
    """Return a question to GetUnit 5.0."""
    namespace = "urn:hjv-pipelines:profile:hsa-unit:1"
    return question(f'<GetUnit xmlns="{namespace}"><unitHsaId>{hsa_id}</unitHsaId></GetUnit>')


def get_hsa_unit(hsa_id: str) -> bytes:
    """Return a question to GetHsaUnit 1.0."""
    namespace = "urn:riv:orgmaster:hsa:GetHsaUnitResponder:1"
    return question(
        f'<GetHsaUnit xmlns="{namespace}"><hsaIdentity>{hsa_id}</hsaIdentity>'
        "<getParentInfo>false</getParentInfo></GetHsaUnit>"
    )


def get_available_eservices(*hsa_ids: str) -> bytes:
    """Return a question to GetAvailableEServices 1.0."""
    namespace = "urn:riv:eservicesupply:eoffering:GetAvailableEServicesResponder:1"
    facilities = "".join(f"<healthcare_facility>{hsa_id}</healthcare_facility>" for hsa_id in hsa_ids)
    return question(f'<GetAvailableEServices xmlns="{namespace}">{facilities}</GetAvailableEServices>')


def get_available_facilities(county: str, *hsa_ids: str, types: tuple[str, ...] = ()) -> bytes:
    """Return a question to GetAvailableFacilities 1.0, whose receiver stands in `wsa:To`."""
    namespace = "urn:riv:crm:carelisting:GetAvailableFacilitiesResponder:1"
    facilities = "".join(f"<healthcare_facilities>{hsa_id}</healthcare_facilities>" for hsa_id in hsa_ids)
    wanted = "".join(f"<listingType>{name}</listingType>" for name in types)
    body = (
        f'<getAvailableFacilities xmlns="{namespace}"><countyCode>{county}</countyCode>{facilities}{wanted}'
        "</getAvailableFacilities>"
    )
    addressing, registry = b"http://www.w3.org/2005/08/addressing", b"urn:riv:itintegration:registry:1"
    return question(body).replace(registry, addressing).replace(b"i:LogicalAddress", b"i:To")


def get_quality_indicators(*measures: str, county: str | None = None, hsa_ids: tuple[str, ...] = ()) -> bytes:
    """Return a question to GetQualityIndicators 2, in the words of our profile."""
    domain = "urn:riv:followup:groupoutcomes:qualityreporting:2"
    namespace = "urn:riv:followup:groupoutcomes:qualityreporting:GetQualityIndicatorsResponder:2"
    wanted = "".join(
        f"<measureId><c:root>1.2.826.0.1.3680043.9.4672.7</c:root><c:extension>{one}</c:extension></measureId>"
        for one in measures
    )
    below = (
        f"<organizationId><c:root>1.2.752.129.2.2.1.18</c:root><c:extension>{county}</c:extension></organizationId>"
        if county
        else ""
    )
    units = "".join(f"<hsaId>{hsa_id}</hsaId>" for hsa_id in hsa_ids)
    return question(
        f'<GetQualityIndicators xmlns="{namespace}" xmlns:c="{domain}">{wanted}{below}{units}</GetQualityIndicators>'
    )


def body_of(answer: httpx.Response) -> etree._Element:
    """Return the Body of an answer's envelope, which has to be one."""
    envelope = etree.fromstring(answer.content)
    assert envelope.tag == "{http://schemas.xmlsoap.org/soap/envelope/}Envelope"
    (body,) = envelope.findall("soap:Body", SCHEMA_NAMESPACE)
    return body


def at(moment: datetime) -> Callable[[], datetime]:
    """Return a clock that stands at `moment`."""
    return lambda: moment
