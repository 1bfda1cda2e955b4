"""Listningstjänsten: GetAvailableFacilities 1.0 to the letter, and where one can list oneself.

Here: the contract's request and answer, and a plausible word of each unit. Not here: the envelope (`soap.py`).
"""

from collections.abc import Iterator
from random import Random

from lxml import etree

from hjv_pipelines.sandbox.contract import Contract
from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.draft import Draft
from hjv_pipelines.sandbox.kinds import HEALTH_CENTRE
from hjv_pipelines.sandbox.markup import element, parent
from hjv_pipelines.sandbox.unit import Json, normalised
from hjv_pipelines.sandbox.word import Word

_RESPONDER = "urn:riv:crm:carelisting:GetAvailableFacilitiesResponder:1"
"""The namespace of the request and of the answer's list (prefix `r`)."""

_DOMAIN = "urn:riv:crm:carelisting:1"
"""The namespace of everything inside `r:healthcare_facilities` (prefix `c`)."""

_REQUEST = """
<xs:element name="getAvailableFacilities">
  <xs:complexType>
    <xs:sequence>
      <xs:element name="countyCode" type="xs:string"/>
      <xs:element name="healthcare_facilities" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
      <xs:element name="listingType" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
      <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
  </xs:complexType>
</xs:element>
"""

_EXTENSION = '<x:hasQueue xmlns:x="urn:hjv-pipelines:sandbox:extension">true</x:hasQueue>'
"""An element of a foreign namespace: allowed, and passed over by a careful reader (trap 36)."""

_CHILD_HEALTH_CENTRE = "Barnavårdscentralen", "BVC"
_CLOSED = 0.05
"""Health centres that take nobody: they are not in the answer."""
_TYPES: tuple[list[str], ...] = (["HLM"], ["VC"], ["HLM", "BVC"], [])
"""There is no national code list; some counties say nothing of types."""
_QUEUES = {True: "queue", False: "no queue", None: "unknown"}


def listing(random: Random, draft: Draft) -> Word | None:
    """Return what Listningstjänsten says of a unit: nothing where one cannot list oneself."""
    name = draft.unit.container.get("name", "")
    if draft.unit.profile.get("businessType") == [HEALTH_CENTRE]:
        types = random.choice(_TYPES)
    elif name.startswith(_CHILD_HEALTH_CENTRE):
        types = ["BVC"]
    else:
        return None
    if random.random() < _CLOSED:
        return None
    # Absent is a third state (trap 30).
    queue = random.choices((True, False, None), (2, 5, 3))[0]
    says: Json = {"county": draft.place.region.county_code, "hasQueue": queue, "types": [*types], "name": name}
    return Word(says, _QUEUES[queue], [] if draft.is_marked else ["unit_not_marked"])


def _answer(request: etree._Element, directory: Directory) -> str:
    county = request.findtext(f"{{{_RESPONDER}}}countyCode")
    # By the schema's comment, an empty text asks for all units, as naming none does.
    units = {normalised(unit) for unit in _texts(request, "healthcare_facilities")} - {""}
    types = {*_texts(request, "listingType")}
    facilities = (
        _facility(unit.key, says)
        for unit in directory.told("listing")
        if isinstance(says := unit.told["listing"], dict) and says["county"] == county
        if not units or unit.key in units
        if not types or types & {*_types(says)}
    )
    return (
        f'<r:getAvailableFacilitiesResponse xmlns:r="{_RESPONDER}" xmlns:c="{_DOMAIN}">'
        f"{''.join(facilities)}</r:getAvailableFacilitiesResponse>"
    )


def _facility(hsa_id: str, says: dict[str, Json]) -> str:
    queue = says["hasQueue"]
    return parent(
        "r:healthcare_facilities",
        element("c:facilityId", hsa_id),
        "" if queue is None else element("c:hasQueue", str(queue).lower()),
        *(element("c:supportedListingTypes", name) for name in _types(says)),
        element("c:facilityName", str(says["name"])),
        _EXTENSION,
    )


def _types(says: dict[str, Json]) -> Iterator[str]:
    types = says["types"]
    return (str(name) for name in types) if isinstance(types, list) else iter(())


def _texts(request: etree._Element, name: str) -> Iterator[str]:
    return (child.text or "" for child in request.iterfind(f"{{{_RESPONDER}}}{name}"))


GET_AVAILABLE_FACILITIES = Contract(_RESPONDER, _REQUEST, _answer)
"""GetAvailableFacilities 1.0, BP 2.0. A unit where one cannot list oneself is not named in the answer."""
