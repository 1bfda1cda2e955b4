"""One care service's values, read: what is usable is kept, and what breaks a rule makes a finding.

Here: the rules of the values. Not here: where the elements of an answer stand (`answer.py`).
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

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
    Sweref99Tm,
    TargetGroup,
)
from hjv_pipelines.sources.source import Finding
from hjv_pipelines.sources.texts import one_line, text
from hjv_pipelines.sources.web_addresses import is_web_address

RuleName = Literal[
    "offering_unit",
    "offering_unasked",
    "offering_status",
    "offering_name",
    "offering_code",
    "offering_validity",
    "offering_boolean",
    "offering_description",
    "offering_ages",
    "offering_gender",
    "offering_fee",
    "offering_position",
    "offering_url",
    "offering_duplicate",
]

MENDS: MappingProxyType[RuleName, str] = MappingProxyType(
    {
        "offering_unit": "it is refused, since its performing organisation has no usable HSA-id; give it one",
        "offering_unasked": "the answer names a unit that was not asked about; tell the service's owner",
        "offering_status": "it is left out, its status being none of ACTIVE, INACTIVE and DEPRECATED; correct it",
        "offering_name": "no card shows it, for want of a name; give its type a displayName",
        "offering_code": "its type is of a code or a code system that is not known here; correct it, or add it here",
        "offering_validity": "the date is left out; give a day of the calendar as YYYYMMDD, the first one first",
        "offering_boolean": "say true or false",
        "offering_description": "give its description in Swedish too, for residents",
        "offering_ages": "its ages are left out; give whole years from 0 to 150, the lowest first",
        "offering_gender": "its gender is neither 1 (man) nor 2 (woman); correct it",
        "offering_fee": "its fee is left out; give an amount of zero or more, and a currency",
        "offering_position": "its coordinates are left out; give SWEREF 99 TM in metres, north and east, in Sweden",
        "offering_url": "its virtual place is left out, being no http or https address; correct it",
        "offering_duplicate": "it is left out, since another has the same careServiceId; give each its own",
    }
)
"""What breaking a rule means, and what to do."""

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


def finding(field: str, rule: RuleName, value: str, service: str) -> Finding:
    """Return the finding that `value` of `field` breaks `rule`; `service` says which care service it is of."""
    return Finding(field=field, rule=rule, value=value, mend=f"Utbud, {service}: {MENDS[rule]}.")


class CareServiceReader:
    """Reads one `careService` element, and gathers in `findings` what breaks a rule on the way.

    `domain` is the namespace of its children, in braces.
    """

    def __init__(self, element: _Element, domain: str) -> None:
        self.findings: list[Finding] = []
        self._element = element
        self._domain = domain
        self._type = self._coded(element, "typeOfCareService")

    @property
    def label(self) -> str:
        """What the care service is called in findings."""
        return (self._type and (self._type.name or self._type.code)) or "a care service"

    def read(self) -> CareService | None:
        """Return the care service; `None` where it is not (or no longer) to be offered, or has no type."""
        status = self._line(self._element, "careServiceStatus") or ""
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
        return self._line(self._element, "careServiceId/extension") or self._line(self._element, "careServiceId/root")

    def _validity(self) -> tuple[date | None, date | None]:
        """Return the first and the last day, either of which may be open."""
        first, last = self._day("validity/start"), self._day("validity/end")
        if first and last and first > last:
            self._breaks("validity", "offering_validity", f"{first:%Y%m%d}-{last:%Y%m%d}")
            return None, last
        return first, last

    def _day(self, path: str) -> date | None:
        raw = self._line(self._element, path)
        if raw is None:
            return None
        day = _date(raw)
        if day is None:
            self._breaks(path, "offering_validity", raw)
        return day

    def _boolean(self, field: str) -> bool | None:
        raw = self._line(self._element, field) or ""
        if raw not in _BOOLEANS:
            self._breaks(field, "offering_boolean", raw)
        return _BOOLEANS.get(raw)

    def _descriptions(self, field: str) -> tuple[Description, ...]:
        """Return the texts, sorted: the contract promises no order."""
        found = {
            Description(text=words, language=self._language(each), roles=self._codes(each, "role"))
            for each in self._children(self._element, field)
            if (words := text(each.findtext(f"{self._domain}text") or "").value)
        }
        if found and not any(each.is_for_residents for each in found):
            self._breaks(field, "offering_description", ", ".join(sorted({each.language or "" for each in found})))
        return tuple(sorted(found, key=lambda each: (each.language or "", each.roles, each.text)))

    def _language(self, description: _Element) -> str | None:
        code = self._line(description, "language/code")
        return code.lower() if code else None

    def _fee(self) -> Fee | None:
        element = self._element.find(f"{self._domain}patientFee")
        if element is None:
            return None
        amount, currency = self._line(element, "value") or "", self._line(element, "currency")
        if currency is None or not _AMOUNT.fullmatch(amount):
            self._breaks("patientFee", "offering_fee", f"{amount} {currency or ''}".strip())
            return None
        return Fee(amount=amount, currency=currency)

    def _target_groups(self) -> Iterator[TargetGroup]:
        for element in self._children(self._element, "targetGroup"):
            age_min, age_max = self._ages(element)
            gender = self._line(element, "gender/code")
            if gender is not None and gender not in _GENDERS:
                self._breaks("targetGroup/gender", "offering_gender", gender)
            yield TargetGroup(age_min=age_min, age_max=age_max, gender=gender)

    def _ages(self, group: _Element) -> tuple[int | None, int | None]:
        lowest, highest = self._line(group, "age/start"), self._line(group, "age/end")
        try:
            age_min, age_max = _age(lowest), _age(highest)
        except ValueError:
            age_min, age_max = _OLDEST, 0
        if age_min is not None and age_max is not None and age_min > age_max:
            self._breaks("targetGroup/age", "offering_ages", f"{lowest or ''}-{highest or ''}")
            return None, None
        return age_min, age_max

    def _places(self) -> Iterator[Place]:
        for element in self._children(self._element, "location"):
            place = Place(
                address=self._line(element, "physicalLocation/locationAddress"),
                position=self._position(element),
                url=self._url(element),
                county_code=self._line(element, "geographicalLocation/county/code"),
                municipality_code=self._line(element, "geographicalLocation/municipality/code"),
            )
            if place != Place():
                yield place

    def _position(self, location: _Element) -> Sweref99Tm | None:
        raw_north = self._line(location, "physicalLocation/geographicalCoordinates/north")
        raw_east = self._line(location, "physicalLocation/geographicalCoordinates/east")
        if raw_north is None and raw_east is None:
            return None
        try:
            north, east = int(raw_north or ""), int(raw_east or "")
        except ValueError:
            north, east = 0, 0
        if north in _NORTH and east in _EAST:
            return Sweref99Tm(north=north, east=east)
        self._breaks("geographicalCoordinates", "offering_position", f"{raw_north or ''}, {raw_east or ''}")
        return None

    def _url(self, location: _Element) -> str | None:
        url = self._line(location, "virtualLocation/id")
        if url is None or is_web_address(url):
            return url
        self._breaks("virtualLocation/id", "offering_url", url)
        return None

    def _contacts(self) -> Iterator[ContactPoint]:
        for element in self._children(self._element, "contactInformation"):
            ranking = self._line(element, "ranking") or ""
            contact = ContactPoint(
                ranking=int(ranking) if _RANKING.fullmatch(ranking) else None,
                roles=self._codes(element, "forRole"),
                purpose=self._line(element, "purpose"),
                address=self._line(element, "address"),
                kind=self._coded(element, "telecom/typeOfTelecom"),
                value=self._line(element, "telecom/contactPoint"),
            )
            if contact.address or contact.value:
                yield contact

    def _coded(self, parent: _Element, path: str) -> Coded | None:
        code = self._line(parent, f"{path}/code")
        if code is None:
            return None
        system = self._line(parent, f"{path}/codeSystem") or ""
        name = self._line(parent, f"{path}/displayName") or self._line(parent, f"{path}/originalText")
        if name is None and system == BUSINESS_CODES:
            name = codes.name("business_classification", code)
        return Coded(system=system, code=code, name=name)

    def _codes(self, parent: _Element, field: str) -> tuple[str, ...]:
        found = {self._line(each, "code") for each in self._children(parent, field)}
        return tuple(sorted(code for code in found if code))

    def _children(self, parent: _Element, field: str) -> Iterator[_Element]:
        return parent.iterchildren(f"{self._domain}{field}")

    def _line(self, parent: _Element, path: str) -> str | None:
        """Return the text at `path`, clean and in one line; `None` where it is missing or empty."""
        raw = parent.findtext("/".join(f"{self._domain}{step}" for step in path.split("/")))
        return one_line(raw).value if raw else None

    def _breaks(self, field: str, rule: RuleName, value: str) -> None:
        self.findings.append(finding(field, rule, value, self.label))


def _date(raw: str) -> date | None:
    """Return the day that `raw` (YYYYMMDD) is, Swedish time."""
    try:
        return datetime.strptime(raw, "%Y%m%d").date() if len(raw) == len("YYYYMMDD") else None  # noqa: DTZ007 - a day
    except ValueError:
        return None


def _age(raw: str | None) -> int | None:
    """Return an age in years. Raises `ValueError` when `raw` is none."""
    if raw is None:
        return None
    age = int(raw) if raw.isascii() else -1
    if not 0 <= age <= _OLDEST:
        raise ValueError(raw)
    return age
