"""The profile's `unit` element, alone or in the file's container, as a unit document.

Here: taking the texts out of the XML. Not here: what they mean (`unit.py`), and reading the file (`file.py`)
or asking the service (`unit_service.py`). What is not public, `nonPublicTelephoneNumber` and
`directoryContact`, is in no table here, and so is never read. Unknown and foreign elements are passed over.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lxml.etree import _Element

from hjv_pipelines.sources.hsa.fields import HOURS, SETS, SEVERAL, SINGLE
from hjv_pipelines.sources.hsa.raw_unit import RawUnit
from hjv_pipelines.sources.hsa.unit import unit_document
from hjv_pipelines.sources.source import Refusal, UnitDocument

PROFILE = "urn:hjv-pipelines:profile:hsa-unit:1"
"""The namespace of the profile (docs/contracts.md)."""

OFFICIAL = "urn:riv:hsa:HsaWsResponder:3"
"""The namespace of the file's container."""


def _tags(namespace: str, names: Iterable[str]) -> Mapping[str, str]:
    return MappingProxyType({f"{{{namespace}}}{name}": name for name in names})


_TEXTS = _tags(
    PROFILE,
    (
        *("unitHsaId", "unitName", "unitIsArchived", "healthCareUnitIsArchived"),
        *("countyCode", "countyName", "municipalityCode", "municipalityName"),
        *("geographicalCoordinatesSWEREF99Latitude", "geographicalCoordinatesSWEREF99Longitude"),
        *(*SINGLE, *SEVERAL, *SETS, *HOURS),
    ),
)

_PARTS = MappingProxyType(
    {
        f"{{{PROFILE}}}{name}": (name, _tags(PROFILE, children))
        for name, children in {
            "businessClassification": ("businessClassificationCode", "businessClassificationName"),
            "structuredPostalAddress": (
                "addressee",
                "street",
                "premisesNumber",
                "premisesLetter",
                "postCode",
                "town",
            ),
            "unitFunction": ("name", "telephoneNumber", "telephoneHour"),
        }.items()
    }
)

_CONTAINER: Mapping[str, str] = MappingProxyType(
    {
        **_tags(
            OFFICIAL,
            ("hsaIdentity", "DN", "orgNo", "publicName", "unitIsArchived", "healthCareUnitIsArchived"),
        ),
        f"{{{OFFICIAL}}}name": "unitName",
        f"{{{OFFICIAL}}}startDate": "unitStartDate",
        f"{{{OFFICIAL}}}endDate": "unitEndDate",
    }
)
"""The container's elements; those that the profile has too, under the profile's name."""

_UNIT = f"{{{PROFILE}}}unit"


def document_of_unit(unit: _Element, where: str) -> UnitDocument | Refusal:
    """Return the document of a `unit` that stands alone, as GetUnit answers it."""
    return unit_document(_raw_unit(unit), where)


def document_of_container(container: _Element, where: str) -> UnitDocument | Refusal:
    """Return the document of the file's `hsaUnit`: its official elements, and over them its `unit`."""
    official = _texts(container, _CONTAINER)
    unit = next(container.iterchildren(_UNIT), None)
    if unit is None:
        return unit_document(RawUnit(official), where)
    raw = _raw_unit(unit)
    return unit_document(RawUnit({**official, **raw.texts}, raw.parts), where)


def _raw_unit(unit: _Element) -> RawUnit:
    texts: dict[str, list[str]] = {}
    parts: dict[str, list[Mapping[str, list[str]]]] = {}
    for child in unit:
        if (name := _TEXTS.get(child.tag)) is not None:
            if (raw := child.text) and not raw.isspace():
                texts.setdefault(name, []).append(raw)
        elif (part := _PARTS.get(child.tag)) is not None:
            name, children = part
            parts.setdefault(name, []).append(_texts(child, children))
    return RawUnit(texts, parts)


def _texts(parent: _Element, names: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the texts of the children that have any, by the names that `names` gives their tags."""
    texts: dict[str, list[str]] = {}
    for child in parent:
        name = names.get(child.tag)
        if name is not None and (raw := child.text) and not raw.isspace():
            texts.setdefault(name, []).append(raw)
    return texts
