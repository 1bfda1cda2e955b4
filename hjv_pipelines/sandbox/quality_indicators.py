"""GetQualityIndicators 2: the domain's attested words, and our profile where none are (`docs/contracts.md`).

Here: its request and its answer, for both sources of waiting times. Not here: the envelope (`soap.py`), and which
figures there are (`waiting_times.py`).
"""

from collections.abc import Iterator

from lxml import etree

from hjv_pipelines.regions import municipalities, region_of_county
from hjv_pipelines.sandbox.contract import Contract
from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.markup import element, parent
from hjv_pipelines.sandbox.unit import Json, normalised

_RESPONDER = "urn:riv:followup:groupoutcomes:qualityreporting:GetQualityIndicatorsResponder:2"
"""The namespace of the request and of the answer's outer elements (prefix `r`)."""

_DOMAIN = "urn:riv:followup:groupoutcomes:qualityreporting:2"
"""The namespace of everything inside `r:performedMeasure`, and inside an id of the request (prefix `c`)."""

_ID = f"""
  <xs:complexType>
    <xs:sequence>
      <xs:any namespace="{_DOMAIN}" processContents="skip" maxOccurs="2"/>
    </xs:sequence>
  </xs:complexType>
"""

_REQUEST = f"""
<xs:element name="GetQualityIndicators">
  <xs:complexType>
    <xs:sequence>
      <xs:element name="measureId" maxOccurs="unbounded">{_ID}</xs:element>
      <xs:element name="organizationId" minOccurs="0">{_ID}</xs:element>
      <xs:element name="hsaId" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
      <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
  </xs:complexType>
</xs:element>
"""

_MEASURES = "1.2.826.0.1.3680043.9.4672.7"
_MUNICIPALITIES, _COUNTIES, _COUNTRIES = "1.2.752.129.2.2.1.17", "1.2.752.129.2.2.1.18", "1.2.752.129.2.2.1.19"
_SYSTEMS = "1.2.752.129.2.1.2.1"
_FIGURES = ("numerator", "denominator", "rate", "value", "unit", "count", "reasonCode", "coverage")
"""What may stand in a measure, in the profile's order."""

_EXTENSION = '<x:rate xmlns:x="urn:hjv-pipelines:sandbox:extension">87</x:rate>'
"""An element of a foreign namespace: allowed, and passed over by a careful reader (traps 35, 36)."""

_COUNTRY = parent(
    "c:asOrganizationPartOf",
    element("c:organizationType", "Land"),
    element("c:organizationName", "Sverige"),
    parent("c:organizationId", element("c:root", _COUNTRIES), element("c:extension", "SE")),
)


def quality_indicators(source: str) -> Contract:
    """Return the contract as `source` keeps it: a unit of which it says nothing is not named in the answer.

    The county has a figure of its own, which is no unit's.
    """

    def answer(request: etree._Element, directory: Directory) -> str:
        asked = {*_extensions(request, "measureId")}
        counties = {*_extensions(request, "organizationId")}
        units = {normalised(unit.text or "") for unit in request.iterfind(f"{{{_RESPONDER}}}hsaId")}
        told = (
            _measurement(measurement, _unit(unit.key, says))
            for unit in directory.told(source)
            if isinstance(says := unit.told[source], dict)
            if not counties or says["county"] in counties
            if not units or unit.key in units
            for measurement in _measurements(says)
            if measurement["measure"] in asked
        )
        averages = (_average(measure, county) for county in sorted(counties) for measure in sorted(asked))
        return (
            f'<r:GetQualityIndicatorsResponse xmlns:r="{_RESPONDER}" xmlns:c="{_DOMAIN}">'
            f"{''.join(averages)}{''.join(told)}</r:GetQualityIndicatorsResponse>"
        )

    return Contract(_RESPONDER, _REQUEST, answer)


def _measurement(measurement: dict[str, str], organisation: str) -> str:
    figures = (element(f"c:{name}", measurement[name]) for name in _FIGURES if name in measurement)
    return parent(
        "r:performedMeasure",
        parent(
            "c:measurement",
            parent("c:measureId", element("c:root", _MEASURES), element("c:extension", measurement["measure"])),
            parent("c:measurePeriod", element("c:start", measurement["start"]), element("c:end", measurement["end"])),
            organisation,
            parent(f"c:{measurement['kind']}", *figures, _EXTENSION),
            parent("c:sourceSystem", parent("c:systemId", element("c:root", _SYSTEMS))),
        ),
    )


def _unit(hsa_id: str, says: dict[str, Json]) -> str:
    """Return a care unit with its chain, by way of the municipality for every other of them."""
    above = county = _county(str(says["county"]), "c:asOrganizationPartOf")
    municipality = municipalities().get(str(says["municipality"]))
    if municipality is not None and hsa_id[-1] < "I":
        above = parent(
            "c:asOrganizationPartOf",
            element("c:organizationType", "Kommun"),
            element("c:organizationName", municipality.name),
            parent("c:organizationId", element("c:root", _MUNICIPALITIES), element("c:extension", municipality.code)),
            county,
        )
    return parent(
        "c:organization",
        element("c:organizationType", "Vardenhet"),
        element("c:organizationName", str(says["name"])),
        element("c:hsaId", hsa_id),
        above,
    )


def _county(code: str, name: str) -> str:
    return parent(
        name,
        element("c:organizationType", "Lan"),
        element("c:organizationName", region_of_county(code).county_name),
        parent("c:organizationId", element("c:root", _COUNTIES), element("c:extension", code)),
        _COUNTRY,
    )


def _average(measure: str, county: str) -> str:
    told = {"measure": measure, "start": "20200101", "end": "20201231", "kind": "missingMeasure"}
    return _measurement({**told, "reasonCode": "not_reported"}, _county(county, "c:organization"))


def _measurements(says: dict[str, Json]) -> Iterator[dict[str, str]]:
    measurements = says["measurements"]
    for measurement in measurements if isinstance(measurements, list) else ():
        if isinstance(measurement, dict):
            yield {name: str(value) for name, value in measurement.items()}


def _extensions(request: etree._Element, name: str) -> Iterator[str]:
    return (found.findtext(f"{{{_DOMAIN}}}extension") or "" for found in request.iterfind(f"{{{_RESPONDER}}}{name}"))
