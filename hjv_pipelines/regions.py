"""Sweden's 21 regions, and the units at a distance that belong to none of them.

Here: region keys (Dagster's partitions, the scope of an import), county codes and names, the municipalities of
each county. Not here: judging where a coordinate lies (`cards/position.py`).
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hjv_pipelines.failures import HjvError


@dataclass(frozen=True, slots=True)
class Region:
    """A region: `key` such as `12-skane`, Statistics Sweden's `county_code`, and HSA's `county_name`."""

    key: str
    county_code: str
    name: str
    county_name: str


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality with a coordinate (WGS84, degrees) in its main town."""

    code: str
    name: str
    county_code: str
    latitude: float
    longitude: float


DISTANCE = Region("00-distans", "", "Utan län", "")
"""Units without a usable county: the distance units, and those whose county HSA has wrong."""

REGIONS = (
    DISTANCE,
    Region("01-stockholm", "01", "Stockholm", "Stockholms län"),
    Region("03-uppsala", "03", "Uppsala", "Uppsala län"),
    Region("04-sodermanland", "04", "Sörmland", "Södermanlands län"),
    Region("05-ostergotland", "05", "Östergötland", "Östergötlands län"),
    Region("06-jonkoping", "06", "Jönköping", "Jönköpings län"),
    Region("07-kronoberg", "07", "Kronoberg", "Kronobergs län"),
    Region("08-kalmar", "08", "Kalmar", "Kalmar län"),
    Region("09-gotland", "09", "Gotland", "Gotlands län"),
    Region("10-blekinge", "10", "Blekinge", "Blekinge län"),
    Region("12-skane", "12", "Skåne", "Skåne län"),
    Region("13-halland", "13", "Halland", "Hallands län"),
    Region("14-vastra-gotaland", "14", "Västra Götaland", "Västra Götalands län"),
    Region("17-varmland", "17", "Värmland", "Värmlands län"),
    Region("18-orebro", "18", "Örebro", "Örebro län"),
    Region("19-vastmanland", "19", "Västmanland", "Västmanlands län"),
    Region("20-dalarna", "20", "Dalarna", "Dalarnas län"),
    Region("21-gavleborg", "21", "Gävleborg", "Gävleborgs län"),
    Region("22-vasternorrland", "22", "Västernorrland", "Västernorrlands län"),
    Region("23-jamtland", "23", "Jämtland Härjedalen", "Jämtlands län"),
    Region("24-vasterbotten", "24", "Västerbotten", "Västerbottens län"),
    Region("25-norrbotten", "25", "Norrbotten", "Norrbottens län"),
)

REGION_KEYS = tuple(region.key for region in REGIONS)
_BY_COUNTY = {region.county_code: region for region in REGIONS}
_BY_NAME = {name: region for region in REGIONS for name in (region.key[:2], region.key)}

REGION_NAMES = tuple(_BY_NAME)
"""How a person or a program may name a region: `12`, `12-skane`."""


def region_of_county(county_code: str | None) -> Region:
    """Return the region of a county code; `DISTANCE` for none or an unknown one."""
    return _BY_COUNTY.get(county_code or "", DISTANCE)


def region(key: str) -> Region:
    """Return the region that `key` names: `12-skane`, or its two digits `12`.

    Raises `HjvError` that lists the keys when there is none.
    """
    found = _BY_NAME.get(key)
    if found is None:
        raise HjvError(f"There is no region {key!r}. Choose one of: {', '.join(REGION_KEYS)}.")
    return found


@cache
def municipalities() -> dict[str, Municipality]:
    """Return the 290 municipalities by their four-digit code (Statistics Sweden)."""
    with files("hjv_pipelines").joinpath("data/municipalities.csv").open(encoding="utf-8") as table:
        return {
            row["municipality_code"]: Municipality(
                code=row["municipality_code"],
                name=row["municipality_name"],
                county_code=row["county_code"],
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
            )
            for row in csv.DictReader(table)
        }
