"""One e-service's values, read: what is usable is kept, and what breaks a rule makes a finding.

Here: the rules of the values. Not here: where the elements of an answer stand (`answer.py`).
"""

from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import Literal

from lxml.etree import _Element

from hjv_pipelines.regions import REGIONS, municipalities
from hjv_pipelines.sources.eservices.record import EService, Restrictions, ServiceArea
from hjv_pipelines.sources.source import Finding
from hjv_pipelines.sources.texts import one_line, text
from hjv_pipelines.sources.web_addresses import is_web_address

DOMAIN = "{urn:riv:eservicesupply:eoffering:1}"
"""The namespace of everything inside an e-service."""

RuleName = Literal[
    "eservice_incomplete",
    "eservice_duplicate",
    "eservice_url",
    "eservice_security_level",
    "eservice_gender",
    "eservice_listing",
    "eservice_referral",
    "eservice_ages",
    "eservice_area",
    "eservice_unasked",
]

MENDS: MappingProxyType[RuleName, str] = MappingProxyType(
    {
        "eservice_incomplete": "it is left out, for want of a name or a resourceId; give it both",
        "eservice_duplicate": "it is left out, since another has the same resourceId; give each its own",
        "eservice_url": "its link is left out, being no http or https address; correct it",
        "eservice_security_level": "its security level is none of AL1 to AL4; correct it",
        "eservice_gender": "its gender is neither 1 (man) nor 2 (woman); correct it",
        "eservice_listing": "say whether it requires listing, true or false",
        "eservice_referral": "say whether it requires a referral, true or false, and of which type, 1 to 8",
        "eservice_ages": "its ages are left out; give whole years from 0 to 150, the lowest first",
        "eservice_area": "its area names a county or municipality that Sweden has not; correct it",
        "eservice_unasked": "the answer names a unit that was not asked about; tell the service's owner",
    }
)
"""What breaking a rule means, and what to do."""

Parts = Mapping[str, _Element]
"""An element's children, the first of each tag: looked for one by one they would cost as much as all the rest."""

_SECURITY_LEVELS = ("AL1", "AL2", "AL3", "AL4")
_GENDERS = ("1", "2")
_REFERRAL_TYPES = ("1", "2", "3", "4", "5", "6", "7", "8")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_OLDEST = 150
_COUNTIES = frozenset(region.county_code for region in REGIONS if region.county_code)
_MOST_SHOWN = 200


def finding(field: str, rule: RuleName, value: str, service: str) -> Finding:
    """Return the finding that `value` of `field` breaks `rule`; `service` says which e-service it is of."""
    return Finding(
        field=field, rule=rule, value=value[:_MOST_SHOWN], mend=f"1177 e-tjänster, {service}: {MENDS[rule]}."
    )


class ServiceReader:
    """Reads one `eservice` element, and gathers in `findings` what breaks a rule on the way."""

    def __init__(self, element: _Element) -> None:
        self.findings: list[Finding] = []
        self._parts = _parts(element)
        self._name = _line(self._parts, "commonName")
        self._resource_id = _line(self._parts, "resourceId")

    def read(self) -> EService | None:
        """Return the e-service; `None` where it lacks its name or its resourceId."""
        if self._name is None or self._resource_id is None:
            missing = "commonName" if self._name is None else "resourceId"
            self._breaks(missing, "eservice_incomplete", "")
            return None
        return EService(
            resource_id=self._resource_id,
            name=self._name,
            description=text(_raw(self._parts, "description")).value,
            url=self._url(),
            security_level=self._code(self._parts, "securitylevel", _SECURITY_LEVELS, "eservice_security_level"),
            restrictions=self._restrictions(),
        )

    def _url(self) -> str | None:
        url = _line(self._parts, "url")
        if url is None or is_web_address(url):
            return url
        self._breaks("url", "eservice_url", url)
        return None

    def _restrictions(self) -> Restrictions | None:
        element = self._parts.get(f"{DOMAIN}restrictions")
        if element is None:
            return None
        parts = _parts(element)
        age_min, age_max = self._ages(parts)
        return Restrictions(
            area=self._area(parts),
            gender=self._code(parts, "gender", _GENDERS, "eservice_gender"),
            listing_required=self._boolean(parts, "listing", "eservice_listing"),
            referral_required=self._boolean(parts, "referal", "eservice_referral"),
            referral_type=self._code(parts, "referalTypeId", _REFERRAL_TYPES, "eservice_referral"),
            age_min=age_min,
            age_max=age_max,
        )

    def _area(self, restrictions: Parts) -> ServiceArea | None:
        element = restrictions.get(f"{DOMAIN}eserviceAreaCode")
        if element is None:
            return None
        return ServiceArea(
            county_codes=self._area_codes(element, "countycode", _COUNTIES),
            municipality_codes=self._area_codes(element, "municipalityCode", municipalities()),
            section_codes=_lines(element, "municipalitySectionCode"),
        )

    def _area_codes(self, area: _Element, field: str, known: Container[str]) -> tuple[str, ...]:
        """Return the codes, also those that nobody knows: without them the area would be a larger one."""
        codes = _lines(area, field)
        for code in codes:
            if code not in known:
                self._breaks(field, "eservice_area", code)
        return codes

    def _ages(self, restrictions: Parts) -> tuple[int | None, int | None]:
        """Return the lowest and the highest age, either of which may be open."""
        lowest, highest = _line(restrictions, "ageMin"), _line(restrictions, "ageMax")
        try:
            age_min, age_max = _age(lowest), _age(highest)
        except ValueError:
            age_min, age_max = _OLDEST, 0
        if age_min is not None and age_max is not None and age_min > age_max:
            self._breaks("ageMin, ageMax", "eservice_ages", f"{lowest or ''}-{highest or ''}")
            return None, None
        return age_min, age_max

    def _boolean(self, parent: Parts, field: str, rule: RuleName) -> bool | None:
        raw = _line(parent, field) or ""
        if raw not in _BOOLEANS:
            self._breaks(field, rule, raw)
        return _BOOLEANS.get(raw)

    def _code(self, parent: Parts, field: str, known: Container[str], rule: RuleName) -> str | None:
        """Return a code, also one that nobody knows: code lists grow."""
        code = _line(parent, field)
        if code is not None and code not in known:
            self._breaks(field, rule, code)
        return code

    def _breaks(self, field: str, rule: RuleName, value: str) -> None:
        label = " ".join(part for part in (self._name, self._resource_id) if part) or "an e-service"
        self.findings.append(finding(field, rule, value, label))


def _age(raw: str | None) -> int | None:
    """Return an age in years. Raises `ValueError` when `raw` is none."""
    if raw is None:
        return None
    age = int(raw) if raw.isascii() else -1
    if not 0 <= age <= _OLDEST:
        raise ValueError(raw)
    return age


def _parts(parent: _Element) -> Parts:
    parts: dict[str, _Element] = {}
    for child in parent:
        parts.setdefault(child.tag, child)
    return parts


def _raw(parent: Parts, field: str) -> str:
    child = parent.get(f"{DOMAIN}{field}")
    return "" if child is None else child.text or ""


def _line(parent: Parts, field: str) -> str | None:
    """Return the text of a child, clean and in one line; `None` where it is missing or empty."""
    raw = _raw(parent, field)
    return one_line(raw).value if raw else None


def _lines(parent: _Element, field: str) -> tuple[str, ...]:
    """Return the texts of all children of that name, each once and sorted: they are a set."""
    found = {one_line(child.text).value for child in parent.iterchildren(f"{DOMAIN}{field}") if child.text}
    return tuple(sorted(code for code in found if code))
