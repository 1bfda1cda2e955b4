"""One care service's values, read: what is usable is kept, and what breaks a rule makes a finding.

Here: the rules of the values. Not here: where the elements of an answer stand (`answer.py`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
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
from hjv_pipelines.sources.texts import text
from hjv_pipelines.sources.web_addresses import is_web_address
from hjv_pipelines.sources.xml_values import children, first_children, first_texts, line, repeated_line

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

Texts = Mapping[str, str]
_RawDescription = tuple[str, str | None, tuple[str, ...]]
"""Text, code of the language, codes of the roles."""

_REMEMBERED = 4096
"""Values of one kind."""

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
        self._domain = domain
        self._parts = children(element, domain)
        self._type = _coded_in(self._texts("typeOfCareService"))

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
        day = _date(raw)
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
        found = _descriptions(tuple(self._raw_description(each) for each in self._parts.get(field, ())))
        if found and not any(each.is_for_residents for each in found):
            self._breaks(field, "offering_description", ", ".join(sorted({each.language or "" for each in found})))
        return found

    def _raw_description(self, element: _Element) -> _RawDescription:
        parts = children(element, self._domain)
        text, language = (parts.get(name, ()) for name in ("text", "language"))
        return (
            (text[0].text or "") if text else "",
            first_texts(language[0], self._domain).get("code") if language else None,
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
        return _fee(amount, currency)

    def _target_groups(self) -> Iterator[TargetGroup]:
        for element in self._parts.get("targetGroup", ()):
            parts = first_children(element, self._domain)
            age_min, age_max = self._ages(first_texts(parts.get("age"), self._domain))
            gender = line(first_texts(parts.get("gender"), self._domain).get("code"))
            if gender is not None and gender not in _GENDERS:
                self._breaks("targetGroup/gender", "offering_gender", gender)
            yield _target_group(age_min, age_max, gender)

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
            place = _place(
                _text_of(physical.get("locationAddress")),
                self._position(first_texts(physical.get("geographicalCoordinates"), self._domain)),
                self._url(line(_text_of(virtual.get("id")))),
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
            telecom = first_children(next(iter(parts.get("telecom", ())), None), self._domain)
            ranking = line(said.get("ranking")) or ""
            contact = ContactPoint(
                ranking=int(ranking) if _RANKING.fullmatch(ranking) else None,
                roles=_codes(self._raw_codes(parts.get("forRole", ()))),
                purpose=line(said.get("purpose")),
                address=line(said.get("address")),
                kind=_coded_in(first_texts(telecom.get("typeOfTelecom"), self._domain)),
                value=line(_text_of(telecom.get("contactPoint"))),
            )
            if contact.address or contact.value:
                yield contact

    def _raw_codes(self, elements: Iterable[_Element]) -> tuple[str, ...]:
        return tuple(first_texts(each, self._domain).get("code", "") for each in elements)

    def _texts(self, field: str) -> Texts:
        """Return the texts inside the first `field`."""
        found = self._parts.get(field)
        return first_texts(found[0], self._domain) if found else {}

    def _line(self, field: str) -> str | None:
        found = self._parts.get(field)
        return repeated_line(found[0].text) if found else None

    def _breaks(self, field: str, rule: RuleName, value: str) -> None:
        self.findings.append(finding(field, rule, value, self.label))


# The same values stand in thousands of care services. What was made of them once is made of them again, as long as it
# is remembered: it cannot be changed.


def _coded_in(said: Texts) -> Coded | None:
    return _coded(said.get("code"), said.get("codeSystem"), said.get("displayName"), said.get("originalText"))


@lru_cache(maxsize=_REMEMBERED)
def _coded(code: str | None, system: str | None, display_name: str | None, original_text: str | None) -> Coded | None:
    known = line(code)
    if known is None:
        return None
    of, name = line(system) or "", line(display_name) or line(original_text)
    if name is None and of == BUSINESS_CODES:
        name = codes.name("business_classification", known)
    return Coded(system=of, code=known, name=name)


@lru_cache(maxsize=_REMEMBERED)
def _descriptions(said: tuple[_RawDescription, ...]) -> tuple[Description, ...]:
    """Return the descriptions that have a text, each once and sorted."""
    found = {
        Description(text=words, language=code.lower() if (code := line(language)) else None, roles=_codes(roles))
        for raw, language, roles in said
        if (words := text(raw).value)
    }
    return tuple(sorted(found, key=lambda each: (each.language or "", each.roles, each.text)))


@lru_cache(maxsize=_REMEMBERED)
def _codes(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return codes, each once and sorted."""
    return tuple(sorted({code for raw in said if (code := line(raw))}))


@lru_cache(maxsize=_REMEMBERED)
def _fee(amount: str, currency: str) -> Fee:
    return Fee(amount=amount, currency=currency)


@lru_cache(maxsize=_REMEMBERED)
def _target_group(age_min: int | None, age_max: int | None, gender: str | None) -> TargetGroup:
    return TargetGroup(age_min=age_min, age_max=age_max, gender=gender)


@lru_cache(maxsize=_REMEMBERED)
def _place(
    address: str | None,
    position: tuple[int, int] | None,
    url: str | None,
    county_code: str | None,
    municipality_code: str | None,
) -> Place | None:
    """Return the place, `None` where nothing is said of it."""
    place = Place(
        address=line(address),
        position=Sweref99Tm(north=position[0], east=position[1]) if position else None,
        url=url,
        county_code=line(county_code),
        municipality_code=line(municipality_code),
    )
    return None if place == Place() else place


@lru_cache(maxsize=_REMEMBERED)
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


def _text_of(element: _Element | None) -> str | None:
    return None if element is None else element.text
