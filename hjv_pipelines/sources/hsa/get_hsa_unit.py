"""GetHsaUnit 1.0 (orgmaster:hsa), the older single-unit contract: its answer as a unit document.

Here: the contract's elements in the names and syntaxes of the profile. Not here: what they mean (`unit.py`),
and what stays of the richer file (`overlay.py`). `directoryContact` is in no table here, and so is never
read.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from types import MappingProxyType

from lxml.etree import _Element

from hjv_pipelines.sources.hsa.addresses import one_value
from hjv_pipelines.sources.hsa.raw_unit import RawUnit
from hjv_pipelines.sources.hsa.unit import unit_document
from hjv_pipelines.sources.source import Refusal, UnitDocument

RESPONDER = "urn:riv:orgmaster:hsa:GetHsaUnitResponder:1"
"""The namespace of the answer and its elements."""

_DOMAIN = "urn:riv:orgmaster:hsa:1"
"""The namespace of what stands in its time spans, addresses, dates and ages."""

_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "hsaIdentity": "unitHsaId",
        "name": "unitName",
        "county": "countyName",
        "municipality": "municipalityName",
        "email": "mail",
        "hsaJpegLogotype": "jpegLogotype",
        "visitingRuleReferral": "referralRules",
    }
    | {
        name: name
        for name in (
            *("publicName", "DN", "countyCode", "municipalityCode", "location", "labeledUri", "street"),
            *("postalCode", "route", "switchboardNumber", "description", "unitExtraInformation"),
            *("patientInformation", "visitingRules", "jpegPhoto", "alternateText"),
        )
    }
)
"""Element with a text → the profile's name for it."""

_LISTS: Mapping[str, str] = MappingProxyType(
    {
        "alternateNames": "alternateName",
        "businessTypes": "businessType",
        "careTypes": "careType",
        "faxNumbers": "facsimileTelephoneNumber",
        "hsaDestinationIndicators": "destinationIndicator",
        "managements": "management",
        "relatedUnits": "relatedUnitHsaId",
        "telephoneNumbers": "telephoneNumber",
        "textTelephoneNumbers": "textTelephoneNumber",
    }
)
"""Element with a list of texts → the profile's name for each."""

_HOURS: Mapping[str, str] = MappingProxyType(
    {
        "dropInHours": "dropInHour",
        "surgeryHours": "surgeryHour",
        "telephoneHours": "telephoneHour",
        "visitingHours": "visitingHour",
    }
)
"""Element with a list of time spans → the profile's name for each."""

_COMPOSITES: Mapping[str, str] = MappingProxyType(
    {
        "geographicalCoordinatesRt90": "X: {x}, Y: {y}",
        "unitTemporaryInformation": "{fromDate};{toDate};{comment}",
        "visitingRuleAge": "{from};{to}",
    }
)
"""Composite element → the directory's syntax for its children; the profile has the same names."""

_CLOCK_TIME = re.compile("[0-9]{2}:[0-9]{2}")


def document_of_answer(answer: _Element, where: str) -> UnitDocument | Refusal:
    """Return the document of a `GetHsaUnitResponse`."""
    elements = _by_name(answer)
    texts = {name: values for name, values in _texts(elements) if values}
    parts = {"businessClassification": _classifications(elements), "unitFunction": _functions(elements)}
    return unit_document(RawUnit(texts, parts), where)


def _texts(elements: Mapping[str, _Element]) -> Iterator[tuple[str, list[str]]]:
    """Yield, under the profile's names, what the elements say in the directory's syntax."""
    for name, element in elements.items():
        if name in _TEXTS:
            yield _TEXTS[name], _present(element)
        elif name in _LISTS:
            yield _LISTS[name], _present(*_children(element))
        elif name in _HOURS:
            yield _HOURS[name], _spans(element)
        elif name in _COMPOSITES and len(element):
            yield name, [_COMPOSITES[name].format_map(_named_texts(element))]
        elif name == "postalAddress" and len(element):
            yield name, [one_value(_present(*_children(element)))]


def _classifications(elements: Mapping[str, _Element]) -> list[dict[str, list[str]]]:
    """Return codes and names as pairs: they belong together by their position."""
    codes = _children(elements.get("businessClassificationCodes"))
    names = _children(elements.get("businessClassifications"))
    return [
        {
            "businessClassificationCode": _present(code) if code is not None else [],
            "businessClassificationName": _present(name) if name is not None else [],
        }
        for code, name in zip_longest(codes, names)
    ]


def _functions(elements: Mapping[str, _Element]) -> list[dict[str, list[str]]]:
    functions = [_by_name(function) for function in _children(elements.get("unitFunctions"))]
    return [
        {
            "name": _present(*(part for name, part in function.items() if name == "name")),
            "telephoneNumber": _present(*_children(function.get("telephoneNumbers"))),
            "telephoneHour": _spans(function.get("telephoneHours")),
        }
        for function in functions
    ]


def _spans(hours: _Element | None) -> list[str]:
    return [_span(_named_texts(span)) for span in _children(hours)]


def _span(parts: Mapping[str, str]) -> str:
    """Return a time span in the directory's syntax.

    The schema has each time twice. The second is a text, and so can say 24:00, which XML's own time turns
    into 00:00.
    """
    opens = _clock_time(parts["fromTime"], parts["fromTime2"])
    closes = _clock_time(parts["toTime"], parts["toTime2"])
    ends = "24:00" if closes == "00:00" else closes
    return f"{parts['fromDay']}-{parts['toDay']}#{opens}#{ends}#{parts['comment']}".removesuffix("#")


def _clock_time(xml_time: str, text: str) -> str:
    return text if _CLOCK_TIME.fullmatch(text) else xml_time[:5]


def _children(parent: _Element | None) -> list[_Element]:
    """Return the elements inside `parent` that are the contract's; extensions of others are passed over."""
    return [] if parent is None else list(parent.iterchildren(f"{{{RESPONDER}}}*", f"{{{_DOMAIN}}}*"))


def _by_name(parent: _Element) -> dict[str, _Element]:
    return {child.tag.rpartition("}")[2]: child for child in _children(parent)}


def _named_texts(parent: _Element) -> Mapping[str, str]:
    """Return the texts inside `parent` by name; a name that is not there has an empty text."""
    return defaultdict(str, {name: (child.text or "").strip() for name, child in _by_name(parent).items()})


def _present(*elements: _Element) -> list[str]:
    """Return the texts of those `elements` that have any."""
    return [element.text for element in elements if element.text and not element.text.isspace()]
