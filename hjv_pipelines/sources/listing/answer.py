"""getAvailableFacilitiesResponse, read: the units that it names, each once, with what breaks a rule.

Here: the elements and their values. An element is in the namespace of the schema that declares it: the list in the
responder's, what stands inside a unit in the domain's. Not here: the asking (`source.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from lxml.etree import _Element

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.hsa_id import spelled_in
from hjv_pipelines.sources.listing.record import Listing
from hjv_pipelines.sources.source import Finding, Refusal
from hjv_pipelines.sources.xml_values import children, first, line, repeated_line, text_of

RESPONDER = "{urn:riv:crm:carelisting:GetAvailableFacilitiesResponder:1}"
DOMAIN = "{urn:riv:crm:carelisting:1}"

RuleName = Literal["listing_hsa_id", "listing_queue", "listing_contradiction"]

MENDS: MappingProxyType[RuleName, str] = MappingProxyType(
    {
        "listing_hsa_id": "the unit is left out, since its facilityId is no HSA-id; correct it",
        "listing_queue": "whether there is a queue is taken as unknown; say true or false, or leave it out",
        "listing_contradiction": "the unit is named twice, with and without a queue, which is taken as unknown",
    }
)
"""What breaking a rule means, and what to do."""

Parts = Mapping[str, list[_Element]]
"""What stands inside a `healthcare_facilities`, by name."""

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit that an answer names: `hsa_id` in its normal form."""

    hsa_id: str
    record: Listing
    findings: tuple[Finding, ...]


def finding(field: str, rule: RuleName, value: str) -> Finding:
    """Return the finding that `value` of `field` breaks `rule`."""
    return Finding(field=field, rule=rule, value=value, mend=f"Listningstjänsten: {MENDS[rule]}.")


def read_facilities(answer: _Element | None) -> Iterator[ListedUnit | Refusal]:
    """Yield the units of an answer, each once. Elements that the contract does not know are passed over.

    An answer without units is one: the schema wants at least one, but has no other way to say that a county has none.
    Raises `TransientError` for an empty Body, which this contract does not have, and `PermanentError` for the answer
    of another contract: neither says that one can list oneself nowhere.
    """
    if answer is None:
        raise TransientError("Listningstjänsten answered with an empty SOAP Body. Trying again may help.")
    if answer.tag != f"{RESPONDER}getAvailableFacilitiesResponse":
        raise PermanentError(
            f"Listningstjänsten answered with {answer.tag}, not with getAvailableFacilitiesResponse. "
            "Check HJV_LISTING_URL and HJV_LISTING_LOGICAL_ADDRESS."
        )
    named: dict[str, list[Parts]] = {}
    for position, facility in enumerate(answer.iterchildren(f"{RESPONDER}healthcare_facilities"), start=1):
        parts = children(facility, DOMAIN)
        raw = _text(parts, "facilityId")
        hsa_id = spelled_in(raw)
        if hsa_id is None:
            breach = finding("facilityId", "listing_hsa_id", raw)
            yield Refusal(None, f"healthcare_facilities {position}", (breach,))
        else:
            named.setdefault(hsa_id, []).append(parts)
    for hsa_id, facilities in named.items():
        yield _read_unit(hsa_id, facilities)


def _read_unit(hsa_id: str, facilities: list[Parts]) -> ListedUnit:
    """Return what the answer says of a unit, which it may name once for each type of listing."""
    findings: list[Finding] = []
    queues = {_queue(facility, findings) for facility in facilities}
    if len(queues) > 1:
        findings.append(finding("hasQueue", "listing_contradiction", hsa_id))
    types = {
        kind
        for facility in facilities
        for each in facility.get("supportedListingTypes", ())
        if (kind := repeated_line(each.text))
    }
    names = sorted(line(_text(facility, "facilityName")) or "" for facility in facilities)
    record = Listing(
        has_queue=queues.pop() if len(queues) == 1 else None,
        listing_types=tuple(sorted(types)),
        facility_name=names[-1] or None,
    )
    return ListedUnit(hsa_id, record, tuple(findings))


def _queue(facility: Parts, findings: list[Finding]) -> bool | None:
    """Return whether there is a queue; `None` where the element is missing (trap 30) or says neither."""
    if "hasQueue" not in facility:
        return None
    raw = _text(facility, "hasQueue").strip()
    if raw not in _BOOLEANS:
        findings.append(finding("hasQueue", "listing_queue", raw))
    return _BOOLEANS.get(raw)


def _text(facility: Parts, name: str) -> str:
    """Return the text of the first part of that name, as it stands; empty where it is missing."""
    return text_of(first(facility, name)) or ""
