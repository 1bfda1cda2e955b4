"""Where the units lie: real municipalities and postal codes, invented spots near the main town.

Here: places weighted by population, and positions in the two systems that HSA writes. Not here: the address
of one unit (`care_units.py`), and judging where a position lies.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, pi, radians, sin, sqrt
from random import Random

from hjv_pipelines.regions import Region, municipalities, region_of_county

_SPREAD_KM = 1.5
"""How far from the town's centre a unit may lie: so little that none ends up at sea or across a border."""

_WIDE_SPREAD_KM = 4.0
_WIDE_TOWNS = {
    "0180", "0380", "0484", "0580", "0581", "0680", "0780", "1480", "1490", "1496", "1780", "1880", "1980",
    "2080", "2380", "2480",
}  # fmt: skip
"""Towns that are larger, with nothing but Sweden for thirty kilometres around them."""

_RIVER_SPREAD_KM = 0.4
_RIVER_TOWNS = {"2518", "2583"}
"""Övertorneå and Haparanda: the other bank is Finland."""

_KM_PER_DEGREE = 111.32

_ORGANISATION_NUMBERS = {
    "01": "2321000016", "03": "2321000024", "04": "2321000032", "05": "2321000040", "06": "2321000057",
    "07": "2321000065", "08": "2321000073", "09": "2120000803", "10": "2321000081", "12": "2321000255",
    "13": "2321000115", "14": "2321000131", "17": "2321000156", "18": "2321000164", "19": "2321000172",
    "20": "2321000180", "21": "2321000198", "22": "2321000206", "23": "2321000214", "24": "2321000222",
    "25": "2321000230",
}  # fmt: skip

_AREA_CODES = {
    "01": "08", "03": "018", "04": "016", "05": "013", "06": "036", "07": "0470", "08": "0480", "09": "0498",
    "10": "0455", "12": "040", "13": "035", "14": "031", "17": "054", "18": "019", "19": "021", "20": "023",
    "21": "026", "22": "060", "23": "063", "24": "090", "25": "0920",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality as units need it. `postal_codes` are pairs of code and locality."""

    municipality_code: str
    municipality_name: str
    region: Region
    latitude: float
    longitude: float
    spread_km: float
    population: int
    postal_codes: tuple[tuple[str, str], ...]

    @property
    def organisation_number(self) -> str:
        """The region's organisation number: ten digits, which also begin its HSA-ids."""
        return _ORGANISATION_NUMBERS[self.region.county_code]

    @property
    def area_code(self) -> str:
        """How telephone numbers of the county begin."""
        return _AREA_CODES[self.region.county_code]


@dataclass(frozen=True, slots=True)
class Position:
    """One spot: degrees (SWEREF 99, which is WGS84 here) and RT90 2.5 gon V in whole metres, `x` northing."""

    latitude: float
    longitude: float
    x: int
    y: int

    @property
    def rt90(self) -> str:
        """The spot as HSA's `geographicalCoordinates` writes it."""
        return f"X: {self.x}, Y: {self.y}"


@cache
def places() -> tuple[Place, ...]:
    """Return all municipalities."""
    postal_codes = defaultdict(list)
    for row in _table("postal_codes.csv"):
        postal_codes[row["municipality_code"]].append((row["postal_code"], row["locality"]))
    population = {row["municipality_code"]: int(row["population_2015"]) for row in _table("municipalities.csv")}
    return tuple(
        Place(
            municipality_code=code,
            municipality_name=municipality.name,
            region=region_of_county(municipality.county_code),
            latitude=municipality.latitude,
            longitude=municipality.longitude,
            spread_km=_spread_km(code),
            population=population[code],
            postal_codes=tuple(postal_codes[code]),
        )
        for code, municipality in municipalities().items()
    )


def spread_by_population(random: Random, number: int) -> list[Place]:
    """Return a place for each of `number` units: one in every county's largest town, then as people live."""
    largest = {place.region.key: place for place in sorted(places(), key=lambda place: place.population)}
    weights = [place.population for place in places()]
    chosen = [*largest.values(), *random.choices(places(), weights, k=max(0, number - len(largest)))][:number]
    random.shuffle(chosen)
    return chosen


def positions(random: Random, of: Sequence[Place]) -> list[Position]:
    """Return a position near each place."""
    return in_rt90([_near(random, place) for place in of])


def in_rt90(spots: Sequence[tuple[float, float]]) -> list[Position]:
    """Return spots of latitude and longitude with their RT90, all in one call: pyproj is slow one by one."""
    from pyproj import Transformer

    to_rt90 = Transformer.from_crs("EPSG:4326", "EPSG:3021")
    northings, eastings = to_rt90.transform([spot[0] for spot in spots], [spot[1] for spot in spots])
    return [
        Position(latitude, longitude, round(x), round(y))
        for (latitude, longitude), x, y in zip(spots, northings, eastings, strict=True)
    ]


def _spread_km(municipality_code: str) -> float:
    if municipality_code in _RIVER_TOWNS:
        return _RIVER_SPREAD_KM
    return _WIDE_SPREAD_KM if municipality_code in _WIDE_TOWNS else _SPREAD_KM


def _near(random: Random, place: Place) -> tuple[float, float]:
    distance, direction = place.spread_km * sqrt(random.random()), 2 * pi * random.random()
    north, east = distance * cos(direction), distance * sin(direction)
    km_per_degree_east = _KM_PER_DEGREE * cos(radians(place.latitude))
    return round(place.latitude + north / _KM_PER_DEGREE, 5), round(place.longitude + east / km_per_degree_east, 5)


def _table(name: str) -> Iterator[dict[str, str]]:
    with files("hjv_pipelines").joinpath("data", name).open(encoding="utf-8") as table:
        yield from csv.DictReader(table)
