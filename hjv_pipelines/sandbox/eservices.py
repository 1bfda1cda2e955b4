"""1177 e-tjänster: GetAvailableEServices 1.0 to the letter.

Here: its request and its answer. Not here: the envelope (`soap.py`), and which e-services there are
(`nation.py`).
"""

from collections.abc import Iterator, Sequence

from lxml import etree

from hjv_pipelines.sandbox.contract import Contract
from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.markup import element, parent
from hjv_pipelines.sandbox.unit import EService, EServiceArea, EServiceRestrictions

_RESPONDER = "urn:riv:eservicesupply:eoffering:GetAvailableEServicesResponder:1"
"""The namespace of the request and of the answer's outer elements (prefix `r`)."""

_DOMAIN = "urn:riv:eservicesupply:eoffering:1"
"""The namespace of everything inside `r:healthcare_facility` and `r:eservice` (prefix `c`)."""

_REQUEST = """
<xs:element name="GetAvailableEServices">
  <xs:complexType>
    <xs:sequence>
      <xs:element name="healthcare_facility" type="xs:string" maxOccurs="unbounded"/>
      <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
  </xs:complexType>
</xs:element>
"""

_EXTENSION = '<x:healthcare_facility xmlns:x="urn:hjv-pipelines:sandbox:extension">not a unit</x:healthcare_facility>'
"""An element of a foreign namespace: allowed, and passed over by a careful reader (traps 35, 36)."""


def requested_units(request: etree._Element) -> list[str]:
    """Return the HSA-ids that a valid request names."""
    return [facility.text or "" for facility in request.iterfind(f"{{{_RESPONDER}}}healthcare_facility")]


def _answer(request: etree._Element, directory: Directory) -> str:
    offered = directory.eservices(requested_units(request))
    facilities = (_facility(hsa_id, eservices) for hsa_id, eservices in offered.items())
    return (
        f'<r:GetAvailableEServicesResponse xmlns:r="{_RESPONDER}" xmlns:c="{_DOMAIN}">'
        f"{''.join(facilities)}</r:GetAvailableEServicesResponse>"
    )


def _facility(hsa_id: str, eservices: Sequence[EService]) -> str:
    return parent(
        "r:availableEServices",
        parent("r:healthcare_facility", element("c:healthcare_facility", hsa_id)),
        *map(_eservice, eservices),
        _EXTENSION,
    )


def _eservice(eservice: EService) -> str:
    restrictions = eservice.get("restrictions")
    return parent(
        "r:eservice",
        element("c:commonName", eservice["commonName"]),
        element("c:description", eservice["description"]),
        element("c:resourceId", eservice["resourceId"]),
        *_optional("c:securitylevel", eservice.get("securitylevel")),
        *_optional("c:url", eservice.get("url")),
        _restrictions(restrictions) if restrictions else "",
    )


def _restrictions(restrictions: EServiceRestrictions) -> str:
    area = restrictions.get("eserviceAreaCode")
    return parent(
        "c:restrictions",
        _area(area) if area else "",
        *_optional("c:gender", restrictions.get("gender")),
        element("c:listing", str(restrictions["listing"]).lower()),
        element("c:referal", str(restrictions["referal"]).lower()),
        *_optional("c:referalTypeId", restrictions.get("referalTypeId")),
        *_optional("c:ageMin", restrictions.get("ageMin")),
        *_optional("c:ageMax", restrictions.get("ageMax")),
    )


def _area(area: EServiceArea) -> str:
    return parent(
        "c:eserviceAreaCode",
        *(element("c:countycode", code) for code in area["countycode"]),
        *(element("c:municipalityCode", code) for code in area.get("municipalityCode", ())),
        *(element("c:municipalitySectionCode", code) for code in area.get("municipalitySectionCode", ())),
    )


def _optional(name: str, value: str | int | None) -> Iterator[str]:
    if value is not None:
        yield element(name, str(value))


GET_AVAILABLE_ESERVICES = Contract(_RESPONDER, _REQUEST, _answer)
"""GetAvailableEServices 1.0, BP 2.1. A unit without e-services is not named in the answer."""
