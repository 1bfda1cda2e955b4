"""County and municipality: code and name hold together, or neither counts (GetUnit 5.0, "Logiska fel").

Here: that judgement. Not here: the tables of counties and municipalities (`regions.py`).
"""

from functools import lru_cache
from typing import NamedTuple

from hjv_pipelines.regions import DISTANCE, municipalities, region_of_county
from hjv_pipelines.sources.reading import Reading, broken


class Place(NamedTuple):
    """A county or a municipality as HSA names it; the name may be left out."""

    code: str
    name: str | None


@lru_cache(maxsize=1000)
def county(code: str | None, name: str | None) -> Reading[Place]:
    """Return the county; `county_mismatch` where code and name disagree, the code is unknown or missing."""
    if not code and not name:
        return Reading(None)
    region = region_of_county(code)
    if not code or region is DISTANCE:
        return broken("county_mismatch")
    if name and name.casefold() not in {region.county_name.casefold(), region.name.casefold()}:
        return broken("county_mismatch")
    return Reading(Place(code, name))


@lru_cache(maxsize=1000)
def municipality(code: str | None, name: str | None, county_code: str | None) -> Reading[Place]:
    """Return the municipality, of the county where that is known.

    Rules: `municipality_mismatch` where code, name and county disagree; `unknown_code` (kept) for a code that
    might be a new municipality of the county.
    """
    if not code and not name:
        return Reading(None)
    if not code or (county_code and not code.startswith(county_code)):
        return broken("municipality_mismatch")
    known = municipalities().get(code)
    if known is None:
        return Reading(Place(code, name)).noting("unknown_code")
    if name and _bare(name) not in {_bare(known.name), f"{_bare(known.name)}s"}:
        return broken("municipality_mismatch")
    return Reading(Place(code, name))


def _bare(name: str) -> str:
    """Return a municipality's name without the word for municipality: Tjörns kommun is Tjörn(s)."""
    return name.casefold().removesuffix(" kommun").removesuffix(" stad")
