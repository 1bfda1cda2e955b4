"""HSA's single-unit service as it was: orgmaster:hsa GetHsaUnit 1.0 to the letter.

Here: its request, and its answer in the schema's order. Not here: how the directory's values become the
contract's composite elements (`values.py`), and the choice of today, GetUnit 5.0 (`hsa_unit.py`).
"""

from collections.abc import Callable

from lxml import etree

from hjv_pipelines.sandbox import values
from hjv_pipelines.sandbox.contract import Contract
from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.markup import element, parent
from hjv_pipelines.sandbox.unit import Composite, SandboxUnit

_RESPONDER = "urn:riv:orgmaster:hsa:GetHsaUnitResponder:1"
_DOMAIN = "urn:riv:orgmaster:hsa:1"

_REQUEST = r"""
<xs:element name="GetHsaUnit">
  <xs:complexType>
    <xs:sequence>
      <xs:element name="hsaIdentity" type="xs:string"/>
      <xs:element name="searchBase" minOccurs="0">
        <xs:simpleType>
          <xs:restriction base="xs:token">
            <xs:maxLength value="350"/>
            <xs:pattern value="([OUDCNLoudcnl]{1,2}=[0-9\p{L}\p{Zs}\-.]*,?)*"/>
          </xs:restriction>
        </xs:simpleType>
      </xs:element>
      <xs:element name="getParentInfo" type="xs:boolean"/>
      <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
  </xs:complexType>
</xs:element>
"""

_Element = Callable[[SandboxUnit], str]
"""What makes one element of the answer, or nothing, from a unit."""

_Writer = Callable[[str, str], str]
"""What writes a raw value under an element's name, or nothing when the contract cannot carry it."""


def _answer(request: etree._Element, directory: Directory) -> str:
    unit = directory.unit(request.findtext(f"{{{_RESPONDER}}}hsaIdentity", ""))
    if unit is None or not _name(unit):
        return ""
    return (
        f'<r:GetHsaUnitResponse xmlns:r="{_RESPONDER}" xmlns:c="{_DOMAIN}">'
        f"{''.join(written(unit) for written in _ELEMENTS)}</r:GetHsaUnitResponse>"
    )


def _texts(unit: SandboxUnit, source: str) -> list[str]:
    return [value for value in unit.profile.get(source, ()) if isinstance(value, str)]


def _composites(unit: SandboxUnit, source: str) -> list[Composite]:
    return [value for value in unit.profile.get(source, ()) if not isinstance(value, str)]


def _name(unit: SandboxUnit) -> str:
    return next(iter(_texts(unit, "unitName")), "")


def _single(name: str, source: str | None = None, write: _Writer = element) -> _Element:
    """Return what writes the first value of `source` that the contract can carry, or nothing."""
    return lambda unit: next(filter(None, (write(f"r:{name}", value) for value in _texts(unit, source or name))), "")


def _several(name: str, each: str, source: str | None = None, write: _Writer = element) -> _Element:
    """Return what writes every value of `source` as an element `each`, in a list that may be empty."""
    return lambda unit: parent(f"r:{name}", *(write(each, value) for value in _texts(unit, source or each[2:])))


def _parts(name: str, each: str, source: str, child: str) -> _Element:
    """Return what writes one child of every composite value of `source`, in a list that may be empty."""
    return lambda unit: parent(
        f"r:{name}",
        *(element(each, text) for value in _composites(unit, source) for text in value.get(child, ())),
    )


def _empty(name: str) -> _Element:
    """Return what writes an element that the schema demands and that the sandbox has nothing for."""
    return lambda _: f"<r:{name}/>"


def _functions(unit: SandboxUnit) -> str:
    return parent("r:unitFunctions", *map(_function, _composites(unit, "unitFunction")))


def _function(function: Composite) -> str:
    hours = (values.time_spans("c:telephoneHour", hour) for hour in function.get("telephoneHour", ()))
    numbers = (values.telephone_number("r:telephoneNumber", number) for number in function.get("telephoneNumber", ()))
    return parent(
        "r:unitFunction",
        element("r:name", next(iter(function.get("name", ())), "")),
        parent("r:telephoneHours", *hours),
        parent("r:telephoneNumbers", *numbers),
    )


_ELEMENTS: tuple[_Element, ...] = (
    _empty("unitPrescriptionCodes"),
    _several("alternateNames", "r:alternateName"),
    _single("alternateText"),
    _parts(
        "businessClassifications",
        "r:businessClassification",
        "businessClassification",
        "businessClassificationName",
    ),
    _parts(
        "businessClassificationCodes",
        "r:businessClassificationCode",
        "businessClassification",
        "businessClassificationCode",
    ),
    _several("businessTypes", "r:businessType"),
    _several("careTypes", "r:careType"),
    _single("county", "countyName"),
    _single("countyCode"),
    _single("description"),
    _single("directoryContact"),
    _single("displayOption"),
    _several("dropInHours", "r:dropInHour", write=values.time_spans),
    _single("email", "mail"),
    _several("faxNumbers", "r:faxNumber", "facsimileTelephoneNumber"),
    _single("geographicalCoordinatesRt90", write=values.coordinates),
    _several("hsaDestinationIndicators", "r:hsaDestinationIndicator", "destinationIndicator"),
    lambda unit: element("r:hsaIdentity", unit.hsa_id),
    _single("hsaJpegLogotype", "jpegLogotype"),
    _single("jpegPhoto"),
    _single("labeledUri"),
    _single("location"),
    _single("webPage1177"),
    _several("managements", "r:management"),
    _single("municipality", "municipalityName"),
    _single("municipalityCode"),
    lambda unit: element("r:name", _name(unit)),
    _single("patientInformation"),
    _single("postalAddress", write=values.address),
    _single("postalCode"),
    lambda unit: element("r:publicName", next(iter(_texts(unit, "publicName")), _name(unit))),
    _several("relatedUnits", "r:relatedUnit", "relatedUnitHsaId"),
    _single("route"),
    _single("street"),
    _several("surgeryHours", "r:surgeryHour", write=values.time_spans),
    _single("switchboardNumber", write=values.telephone_number),
    _several("telephoneHours", "c:telephoneHour", write=values.time_spans),
    _several("telephoneNumbers", "r:telephoneNumber", write=values.telephone_number),
    _several("textTelephoneNumbers", "r:textTelephoneNumber"),
    _single("unitExtraInformation"),
    _functions,
    _single("unitTemporaryInformation", write=values.date_span),
    _several("visitingHours", "r:visitingHour", write=values.time_spans),
    _single("visitingRuleAge", write=values.age_span),
    _single("visitingRuleReferral", "referralRules"),
    _single("visitingRules"),
    _empty("referralTypes"),
    lambda unit: element("r:DN", unit.container.get("DN", "")),
)
"""The answer's elements in the order of GetHsaUnitResponder_1.0.xsd.

Not here are the optional ones that the sandbox has nothing for: careGiver, parentHsaIdentity, healthCareArea,
invoiceAddress, municipalitySection, priceInformation, referralReceiver.
"""

GET_HSA_UNIT = Contract(_RESPONDER, _REQUEST, _answer)
"""GetHsaUnit 1.0, BP 2.1. An unknown unit is an empty Body."""
