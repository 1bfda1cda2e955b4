"""One e-service's values, read: what is usable is kept, and what breaks a rule makes a finding.

Here: the rules of the values. Not here: where the elements of an answer stand (`answer.py`).
"""

from collections.abc import Container, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from lxml.etree import _Element

from hjv_pipelines.regions import REGIONS, municipalities
from hjv_pipelines.sources.eservices.record import EService, Restrictions, ServiceArea
from hjv_pipelines.sources.source import Finding
from hjv_pipelines.sources.texts import text
from hjv_pipelines.sources.web_addresses import is_web_address
from hjv_pipelines.sources.xml_values import children, first_children, line, repeated_line

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

Texts = Mapping[str, str | None]
"""The texts inside an element, by their names."""

_REMEMBERED = 4096
"""Descriptions."""

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
        self._parts = first_children(element, DOMAIN)
        self._said = {name: part.text for name, part in self._parts.items()}
        self._name = repeated_line(self._said.get("commonName"))
        self._resource_id = line(self._said.get("resourceId"))

    def read(self) -> EService | None:
        """Return the e-service; `None` where it lacks its name or its resourceId."""
        if self._name is None or self._resource_id is None:
            missing = "commonName" if self._name is None else "resourceId"
            self._breaks(missing, "eservice_incomplete", "")
            return None
        return EService(
            resource_id=self._resource_id,
            name=self._name,
            description=_description(self._said.get("description")),
            url=self._url(),
            security_level=self._code(self._said, "securitylevel", _SECURITY_LEVELS, "eservice_security_level"),
            restrictions=self._restrictions(),
        )

    def _url(self) -> str | None:
        url = line(self._said.get("url"))
        if url is None or is_web_address(url):
            return url
        self._breaks("url", "eservice_url", url)
        return None

    def _restrictions(self) -> Restrictions | None:
        element = self._parts.get("restrictions")
        if element is None:
            return None
        parts = first_children(element, DOMAIN)
        said = {name: part.text for name, part in parts.items()}
        age_min, age_max = self._ages(said)
        return Restrictions(
            area=self._area(parts.get("eserviceAreaCode")),
            gender=self._code(said, "gender", _GENDERS, "eservice_gender"),
            listing_required=self._boolean(said, "listing", "eservice_listing"),
            referral_required=self._boolean(said, "referal", "eservice_referral"),
            referral_type=self._code(said, "referalTypeId", _REFERRAL_TYPES, "eservice_referral"),
            age_min=age_min,
            age_max=age_max,
        )

    def _area(self, element: _Element | None) -> ServiceArea | None:
        if element is None:
            return None
        parts = children(element, DOMAIN)
        return ServiceArea(
            county_codes=self._area_codes(parts, "countycode", _COUNTIES),
            municipality_codes=self._area_codes(parts, "municipalityCode", municipalities()),
            section_codes=_lines(parts, "municipalitySectionCode"),
        )

    def _area_codes(self, area: Mapping[str, list[_Element]], field: str, known: Container[str]) -> tuple[str, ...]:
        """Return the codes, also those that nobody knows: without them the area would be a larger one."""
        codes = _lines(area, field)
        for code in codes:
            if code not in known:
                self._breaks(field, "eservice_area", code)
        return codes

    def _ages(self, said: Texts) -> tuple[int | None, int | None]:
        """Return the lowest and the highest age, either of which may be open."""
        lowest, highest = repeated_line(said.get("ageMin")), repeated_line(said.get("ageMax"))
        try:
            age_min, age_max = _age(lowest), _age(highest)
        except ValueError:
            age_min, age_max = _OLDEST, 0
        if age_min is not None and age_max is not None and age_min > age_max:
            self._breaks("ageMin, ageMax", "eservice_ages", f"{lowest or ''}-{highest or ''}")
            return None, None
        return age_min, age_max

    def _boolean(self, said: Texts, field: str, rule: RuleName) -> bool | None:
        raw = repeated_line(said.get(field)) or ""
        if raw not in _BOOLEANS:
            self._breaks(field, rule, raw)
        return _BOOLEANS.get(raw)

    def _code(self, said: Texts, field: str, known: Container[str], rule: RuleName) -> str | None:
        """Return a code, also one that nobody knows: code lists grow."""
        code = repeated_line(said.get(field))
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


@lru_cache(maxsize=_REMEMBERED)
def _description(raw: str | None) -> str | None:
    """Return a description, clean. Thousands of units have the same."""
    return text(raw).value if raw else None


def _lines(parts: Mapping[str, list[_Element]], field: str) -> tuple[str, ...]:
    """Return the texts of all parts of that name, each once and sorted: they are a set."""
    return tuple(sorted({code for part in parts.get(field, ()) if (code := repeated_line(part.text))}))
