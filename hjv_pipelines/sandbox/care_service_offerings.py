"""Utbud: GetCareServiceOfferings 3.0 to the letter, and GetHealthcareOfferings 1 by the project's profile.

Here: the two requests and their answer, which differ in their namespaces alone. Not here: the envelope (`soap.py`), and
what units offer (`care_services.py`).
"""

from collections.abc import Iterator

from lxml import etree

from hjv_pipelines.sandbox.care_services import county_code
from hjv_pipelines.sandbox.contract import Contract
from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.markup import element, parent
from hjv_pipelines.sandbox.soap import SoapError
from hjv_pipelines.sandbox.unit import Json, normalised

_DOMAIN = "urn:riv:supportprocess:serviceprovisioning:healthcareoffering"
_HSA_ID_ROOT = "1.2.752.129.2.1.4.1"
_LANGUAGES, _SNOMED = "1.0.639.3", "1.2.752.116.2.1.1"
_GENDERS, _COUNTIES, _TELECOMS = "1.2.752.129.2.2.1.1", "1.2.752.129.2.2.1.18", "1.2.752.129.2.2.1.30"
_OWNERS, _ORGANISATIONS = "1.2.752.129.2.2.1.14", "1.3.7"
_REGION = "2321000016", "Region Stockholm"

_BEFORE_THE_UNITS = ("careServiceId*", "typeOfCareService*", "typeOfPlace", "typeOfBusiness*", "providingOrganization?")
_ABOUT_PEOPLE = ("targetGroupAge?", "targetGroupGender?", "targetGroupAttribute*")
_REQUESTED = {
    "GetCareServiceOfferings": (
        *_BEFORE_THE_UNITS,
        "actorLanguage?",
        "actorRole?",
        "performingOrganizationId*",
        *_ABOUT_PEOPLE,
        "location?",
        "searchTerm*",
    ),
    "GetHealthcareOfferings": ("typeOfPlace", "performingOrganizationId*", "location?"),
}
"""The request's children, in order; `?` and `*` say how often."""

_OFTEN = {"?": ' minOccurs="0"', "*": ' minOccurs="0" maxOccurs="unbounded"'}

_EXTENSION = '<x:careService xmlns:x="urn:hjv-pipelines:sandbox:extension">not a care service</x:careService>'
"""An element of a foreign namespace: allowed, and passed over by a careful reader (traps 35, 36)."""


def _contract(operation: str, major: int) -> Contract:
    responder, domain = f"{_DOMAIN}:{operation}Responder:{major}", f"{_DOMAIN}:{major}"

    def answer(request: etree._Element, directory: Directory) -> str:
        services = (
            _care_service(unit.key, said)
            for unit in directory.told("offerings")
            if _is_asked_for(unit.key, request, responder, domain) and isinstance(told := unit.told["offerings"], list)
            for said in told
            if isinstance(said, dict)
        )
        return (
            f'<r:{operation}Response xmlns:r="{responder}" xmlns:c="{domain}">'
            f"{''.join(services)}{_EXTENSION}</r:{operation}Response>"
        )

    return Contract(responder, _request(operation), answer)


def _request(operation: str) -> str:
    children = "".join(
        f'<xs:element name="{name.rstrip("?*")}"{_OFTEN.get(name[-1], "")}/>' for name in _REQUESTED[operation]
    )
    return (
        f'<xs:element name="{operation}"><xs:complexType><xs:sequence>{children}'
        '<xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>'
        "</xs:sequence></xs:complexType></xs:element>"
    )


def _is_asked_for(hsa_id: str, request: etree._Element, responder: str, domain: str) -> bool:
    """Tell whether the request is about the unit: it names the unit or no unit, and this county or no county."""
    place = request.findtext(f"{{{responder}}}typeOfPlace/{{{domain}}}typeOfPlaceEnum")
    if place not in {"ALL", "PHYSICAL", "VIRTUAL"}:
        raise SoapError("Client", "The request breaks its contract.", f"typeOfPlaceEnum is {place!r}.")
    units = [
        normalised(each.findtext(f"{{{domain}}}extension") or "")
        for each in request.iterfind(f"{{{responder}}}performingOrganizationId")
    ]
    path = f"{{{responder}}}location/{{{domain}}}county/{{{domain}}}code"
    counties = [each.text for each in request.iterfind(path)]
    return (not units or hsa_id in units) and (not counties or county_code() in counties)


def _care_service(hsa_id: str, said: dict[str, Json]) -> str:
    fee = said["fee"]
    return parent(
        "r:careService",
        parent("c:careServiceId", element("c:root", _HSA_ID_ROOT), element("c:extension", str(said["id"]))),
        _coded("c:typeOfCareService", *_kind(said["type"])),
        *_descriptions("c:typeOfCareServiceDescription", said["typeOfCareServiceDescription"]),
        parent("c:validity", *_optional("c:start", said["start"]), *_optional("c:end", said["end"])),
        element("c:careServiceStatus", str(said["status"])),
        element("c:careOption", str(said["careOption"]).lower()),
        element("c:referralRequired", str(said["referralRequired"]).lower()),
        *_descriptions("c:description", said["description"]),
        _providing_organisation(),
        _performing_organisation(hsa_id),
        parent("c:patientFee", element("c:value", str(fee)), element("c:currency", "SEK")) if fee else "",
        *map(_target_group, _objects(said["groups"])),
        *_locations(said),
        *map(_contact, _objects(said["contacts"])),
        _EXTENSION,
    )


def _providing_organisation() -> str:
    number, name = _REGION
    return parent(
        "c:providingOrganization",
        parent("c:id", element("c:root", _ORGANISATIONS), element("c:extension", number)),
        element("c:name", name),
        _coded("c:management", "1", _OWNERS, "Region"),
        element("c:publicProvider", "true"),
    )


def _performing_organisation(hsa_id: str) -> str:
    """Return the unit, by its HSA-id and by a number that is none."""
    number, name = _REGION
    return parent(
        "c:performingOrganization",
        parent("c:id", element("c:root", _ORGANISATIONS), element("c:extension", number)),
        parent("c:id", element("c:root", _HSA_ID_ROOT), element("c:extension", hsa_id)),
        parent(
            "c:responsibleOrganization",
            parent("c:id", element("c:root", _ORGANISATIONS), element("c:extension", number)),
            element("c:name", name),
        ),
    )


def _target_group(group: dict[str, Json]) -> str:
    age = "".join((*_optional("c:start", group["start"]), *_optional("c:end", group["end"])))
    gender = group["gender"]
    return parent(
        "c:targetGroup",
        parent("c:age", age) if age else "",
        _coded("c:gender", str(gender), _GENDERS) if gender else "",
    )


def _locations(said: dict[str, Json]) -> Iterator[str]:
    """Yield the county whose residents it is for, the place, and the virtual place: at least one stands there."""
    yield parent(
        "c:location", parent("c:geographicalLocation", _coded("c:county", county_code(), _COUNTIES, "Stockholms län"))
    )
    if said["address"]:
        point = (element("c:north", str(said["north"])), element("c:east", str(said["east"])))
        yield parent(
            "c:location",
            parent(
                "c:physicalLocation",
                element("c:locationAddress", str(said["address"])),
                parent("c:geographicalCoordinates", *point),
            ),
        )
    if said["url"]:
        yield parent("c:location", parent("c:virtualLocation", element("c:id", str(said["url"]))))


def _contact(contact: dict[str, Json]) -> str:
    return parent(
        "c:contactInformation",
        element("c:ranking", str(contact["ranking"])),
        _coded("c:forRole", str(contact["role"]), _SNOMED),
        element("c:purpose", str(contact["purpose"])),
        parent(
            "c:telecom", _coded("c:typeOfTelecom", "tel", _TELECOMS, "Telefon"),
            element("c:contactPoint", str(contact["value"])),
        ),
    )  # fmt: skip


def _descriptions(name: str, said: Json) -> Iterator[str]:
    for each in _objects(said):
        language, role = each["language"], each["role"]
        yield parent(
            name,
            element("c:text", str(each["text"])),
            _coded("c:language", str(language), _LANGUAGES) if language else "",
            _coded("c:role", str(role), _SNOMED) if role else "",
        )


def _kind(said: Json) -> tuple[str, str, str]:
    kind = said if isinstance(said, dict) else {}
    return str(kind["code"]), str(kind["system"]), str(kind["name"])


def _coded(name: str, code: str, system: str, shown: str = "") -> str:
    named = element("c:displayName", shown) if shown else ""
    return parent(name, element("c:code", code), element("c:codeSystem", system), named)


def _objects(said: Json) -> Iterator[dict[str, Json]]:
    return (each for each in said if isinstance(each, dict)) if isinstance(said, list) else iter(())


def _optional(name: str, value: Json) -> Iterator[str]:
    if value is not None:
        yield element(name, str(value))


GET_CARE_SERVICE_OFFERINGS = _contract("GetCareServiceOfferings", 3)
"""GetCareServiceOfferings 3.0, BP 2.1."""

GET_HEALTHCARE_OFFERINGS = _contract("GetHealthcareOfferings", 1)
"""GetHealthcareOfferings 1, by the project's profile."""
