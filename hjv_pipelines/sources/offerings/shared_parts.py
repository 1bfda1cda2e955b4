"""Parts of care services that thousands of them have alike: each is made once, and shared as long as it is remembered.

They cannot be changed. Here: the parts, made of texts as they stand in an answer, or of values that were judged. Not
here: the rules of the values, and their findings (`values.py`).
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from hjv_pipelines import codes
from hjv_pipelines.sources.offerings.record import (
    BUSINESS_CODES,
    Coded,
    Description,
    Fee,
    Place,
    Sweref99Tm,
    TargetGroup,
)
from hjv_pipelines.sources.texts import text
from hjv_pipelines.sources.xml_values import line

Texts = Mapping[str, str]
"""The texts inside an element, by their names."""

RawDescription = tuple[str, str | None, tuple[str, ...]]
"""Text, code of the language, codes of the roles."""

_REMEMBERED = 4096
"""Values of one kind."""


def coded_in(said: Texts) -> Coded | None:
    """Return the code that these texts say; `None` where there is none."""
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
def descriptions(said: tuple[RawDescription, ...]) -> tuple[Description, ...]:
    """Return the descriptions that have a text, each once and sorted."""
    found = {
        Description(text=words, language=code.lower() if (code := line(language)) else None, roles=codes_of(roles))
        for raw, language, roles in said
        if (words := text(raw).value)
    }
    return tuple(sorted(found, key=lambda each: (each.language or "", each.roles, each.text)))


@lru_cache(maxsize=_REMEMBERED)
def codes_of(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return codes, each once and sorted."""
    return tuple(sorted({code for raw in said if (code := line(raw))}))


@lru_cache(maxsize=_REMEMBERED)
def fee(amount: str, currency: str) -> Fee:
    """Return a fee that keeps the rules."""
    return Fee(amount=amount, currency=currency)


@lru_cache(maxsize=_REMEMBERED)
def target_group(age_min: int | None, age_max: int | None, gender: str | None) -> TargetGroup:
    """Return a group whose ages keep the rules."""
    return TargetGroup(age_min=age_min, age_max=age_max, gender=gender)


@lru_cache(maxsize=_REMEMBERED)
def place_of(
    address: str | None,
    position: tuple[int, int] | None,
    url: str | None,
    county_code: str | None,
    municipality_code: str | None,
) -> Place | None:
    """Return the place, `None` where nothing is said of it. `position` is north and east."""
    place = Place(
        address=line(address),
        position=Sweref99Tm(north=position[0], east=position[1]) if position else None,
        url=url,
        county_code=line(county_code),
        municipality_code=line(municipality_code),
    )
    return None if place == Place() else place


@lru_cache(maxsize=_REMEMBERED)
def day_of(raw: str) -> date | None:
    """Return the day that `raw` (YYYYMMDD) is, Swedish time."""
    try:
        return datetime.strptime(raw, "%Y%m%d").date() if len(raw) == len("YYYYMMDD") else None  # noqa: DTZ007 - a day
    except ValueError:
        return None
