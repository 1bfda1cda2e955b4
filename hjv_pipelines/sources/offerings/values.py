"""One care service's values, read: what is usable is kept, and what breaks a rule makes a finding.

Here: judging the values. Not here: the rules' names and meaning (`rules.py`), where the elements of an answer stand
(`answer.py`), and making the parts that many care services share (`shared_parts.py`).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from lxml.etree import _Element

from hjv_pipelines import codes
from hjv_pipelines.sources.offerings.record import (
    BUSINESS_CODES,
    CareService,
    Coded,
    ContactPoint,
    Description,
    Fee,
    Place,
    TargetGroup,
)
from hjv_pipelines.sources.offerings.rules import RuleName, finding
from hjv_pipelines.sources.offerings.shared_parts import (
    RawDescription,
    Texts,
    coded_in,
    codes_of,
    day_of,
    descriptions,
    fee,
    place_of,
    target_group,
)
from hjv_pipelines.sources.web_addresses import is_web_address
from hjv_pipelines.sources.xml_values import children, first, first_children, first_texts, line, repeated_line, text_of

if TYPE_CHECKING:
    from hjv_pipelines.sources.source import Finding

ACTIVE = "ACTIVE"
SNOMED = "1.2.752.116.2.1.1"
"""SNOMED CT SE (OID), the code system of most types of care services."""

_OTHER_STATUSES = ("INACTIVE", "DEPRECATED")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_GENDERS = ("1", "2")
_OLDEST = 150
_RANKING = re.compile("[0-9]{1,9}")
_AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?")
_NORTH, _EAST = range(6_100_000, 7_700_001), range(260_000, 930_001)
"""Sweden in SWEREF 99 TM, metres. The two do not meet: coordinates that are swapped are seen."""


class CareServiceReader:
    """Reads one `careService` element, and gathers in `findings` what breaks a rule on the way.

    `domain` is the namespace of its children, in braces.
    """

    def __init__(self, element: _Element, domain: str) -> None:
        self.findings: list[Finding] = []
        self._domain = domain
        self._parts = children(element, domain)
        self._type = coded_in(self._texts("typeOfCareService"))

    @property
    def label(self) -> str:
        """What the care service is called in findings."""
        return (self._type and (self._type.name or self._type.code)) or "a care service"

    def read(self) -> CareService | None:
        """Return the care service; `None` where it is not (or no longer) to be offered, or has no type."""
        status = self._line("careServiceStatus") or ""
        if status != ACTIVE:
            if status not in _OTHER_STATUSES:
                self._breaks("careServiceStatus", "offering_status", status)
            return None
        if self._type is None:
            self._breaks("typeOfCareService", "offering_name", "")
            return None
        self._judge(self._type)
        valid_from, valid_to = self._validity()
        return CareService(
            service_id=self._service_id(),
            type=self._type,
            type_descriptions=self._descriptions("typeOfCareServiceDescription"),
            descriptions=self._descriptions("description"),
            valid_from=valid_from,
            valid_to=valid_to,
            care_option=self._boolean("careOption"),
            referral_required=self._boolean("referralRequired"),
            fee=self._fee(),
            target_groups=tuple(self._target_groups()),
            places=tuple(self._places()),
            contacts=tuple(self._contacts()),
        )

    def _judge(self, kind: Coded) -> None:
        """Tell of a type without a name, and of one that no list here knows; both are kept."""
        if kind.name is None:
            self._breaks("typeOfCareService", "offering_name", kind.code)
        is_unknown = kind.system == BUSINESS_CODES and not codes.is_known("business_classification", kind.code)
        if is_unknown or kind.system not in {BUSINESS_CODES, SNOMED}:
            self._breaks("typeOfCareService", "offering_code", f"{kind.code} ({kind.system})")

    def _service_id(self) -> str | None:
        said = self._texts("careServiceId")
        return line(said.get("extension")) or line(said.get("root"))

    def _validity(self) -> tuple[date | None, date | None]:
        """Return the first and the last day, either of which may be open."""
        said = self._texts("validity")
        first, last = self._day(said, "start"), self._day(said, "end")
        if first and last and first > last:
            self._breaks("validity", "offering_validity", f"{first:%Y%m%d}-{last:%Y%m%d}")
            return None, last
        return first, last

    def _day(self, validity: Texts, end: str) -> date | None:
        raw = repeated_line(validity.get(end))
        if raw is None:
            return None
        day = day_of(raw)
        if day is None:
            self._breaks(f"validity/{end}", "offering_validity", raw)
        return day

    def _boolean(self, field: str) -> bool | None:
        raw = self._line(field) or ""
        if raw not in _BOOLEANS:
            self._breaks(field, "offering_boolean", raw)
        return _BOOLEANS.get(raw)

    def _descriptions(self, field: str) -> tuple[Description, ...]:
        """Return the texts, sorted: the contract promises no order."""
        found = descriptions(tuple(self._raw_description(each) for each in self._parts.get(field, ())))
        if found and not any(each.is_for_residents for each in found):
            self._breaks(field, "offering_description", ", ".join(sorted({each.language or "" for each in found})))
        return found

    def _raw_description(self, element: _Element) -> RawDescription:
        parts = children(element, self._domain)
        return (
            text_of(first(parts, "text")) or "",
            first_texts(first(parts, "language"), self._domain).get("code"),
            self._raw_codes(parts.get("role", ())),
        )

    def _fee(self) -> Fee | None:
        if "patientFee" not in self._parts:
            return None
        said = self._texts("patientFee")
        amount, currency = repeated_line(said.get("value")) or "", repeated_line(said.get("currency"))
        if currency is None or not _AMOUNT.fullmatch(amount):
            self._breaks("patientFee", "offering_fee", f"{amount} {currency or ''}".strip())
            return None
        return fee(amount, currency)

    def _target_groups(self) -> Iterator[TargetGroup]:
        for element in self._parts.get("targetGroup", ()):
            parts = first_children(element, self._domain)
            age_min, age_max = self._ages(first_texts(parts.get("age"), self._domain))
            gender = line(first_texts(parts.get("gender"), self._domain).get("code"))
            if gender is not None and gender not in _GENDERS:
                self._breaks("targetGroup/gender", "offering_gender", gender)
            yield target_group(age_min, age_max, gender)

    def _ages(self, age: Texts) -> tuple[int | None, int | None]:
        lowest, highest = repeated_line(age.get("start")), repeated_line(age.get("end"))
        try:
            age_min, age_max = _age(lowest), _age(highest)
        except ValueError:
            age_min, age_max = _OLDEST, 0
        if age_min is not None and age_max is not None and age_min > age_max:
            self._breaks("targetGroup/age", "offering_ages", f"{lowest or ''}-{highest or ''}")
            return None, None
        return age_min, age_max

    def _places(self) -> Iterator[Place]:
        for element in self._parts.get("location", ()):
            parts = first_children(element, self._domain)
            physical, virtual, geographical = (
                first_children(parts.get(kind), self._domain)
                for kind in ("physicalLocation", "virtualLocation", "geographicalLocation")
            )
            place = place_of(
                text_of(physical.get("locationAddress")),
                self._position(first_texts(physical.get("geographicalCoordinates"), self._domain)),
                self._url(line(text_of(virtual.get("id")))),
                first_texts(geographical.get("county"), self._domain).get("code"),
                first_texts(geographical.get("municipality"), self._domain).get("code"),
            )
            if place is not None:
                yield place

    def _position(self, coordinates: Texts) -> tuple[int, int] | None:
        """Return north and east."""
        raw_north, raw_east = line(coordinates.get("north")), line(coordinates.get("east"))
        if raw_north is None and raw_east is None:
            return None
        try:
            north, east = int(raw_north or ""), int(raw_east or "")
        except ValueError:
            north, east = 0, 0
        if north in _NORTH and east in _EAST:
            return north, east
        self._breaks("geographicalCoordinates", "offering_position", f"{raw_north or ''}, {raw_east or ''}")
        return None

    def _url(self, url: str | None) -> str | None:
        if url is None or is_web_address(url):
            return url
        self._breaks("virtualLocation/id", "offering_url", url)
        return None

    def _contacts(self) -> Iterator[ContactPoint]:
        for element in self._parts.get("contactInformation", ()):
            parts = children(element, self._domain)
            said = {name: found[0].text for name, found in parts.items()}
            telecom = first_children(first(parts, "telecom"), self._domain)
            ranking = line(said.get("ranking")) or ""
            contact = ContactPoint(
                ranking=int(ranking) if _RANKING.fullmatch(ranking) else None,
                roles=codes_of(self._raw_codes(parts.get("forRole", ()))),
                purpose=line(said.get("purpose")),
                address=line(said.get("address")),
                kind=coded_in(first_texts(telecom.get("typeOfTelecom"), self._domain)),
                value=line(text_of(telecom.get("contactPoint"))),
            )
            if contact.address or contact.value:
                yield contact

    def _raw_codes(self, elements: Iterable[_Element]) -> tuple[str, ...]:
        return tuple(first_texts(each, self._domain).get("code", "") for each in elements)

    def _texts(self, field: str) -> Texts:
        """Return the texts inside the first `field`."""
        return first_texts(first(self._parts, field), self._domain)

    def _line(self, field: str) -> str | None:
        return repeated_line(text_of(first(self._parts, field)))

    def _breaks(self, field: str, rule: RuleName, value: str) -> None:
        self.findings.append(finding(field, rule, value, self.label))


def _age(raw: str | None) -> int | None:
    """Return an age in years. Raises `ValueError` when `raw` is none."""
    if raw is None:
        return None
    age = int(raw) if raw.isascii() else -1
    if not 0 <= age <= _OLDEST:
        raise ValueError(raw)
    return age
