"""Where a unit lies: HSA's coordinates as WGS84, and whether they can be right.

Here: from RT90 and SWEREF 99 to degrees, Sweden's outline, the distance to a county. Not here: the syntax of
HSA's coordinates (`sources/hsa/`), and what follows for the card (`visibility.py`).

The outline is drawn by hand, from where the border is known to run (`data/sweden_outline.csv`); the sea
belongs to it out to the islands. It is right to a few kilometres in the mountains and to some hundred metres
between Haparanda and Tornio and across Öresund: enough to catch swapped, foreign and mistyped coordinates,
not to draw the border.
"""

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from hjv_pipelines.cards.parts import Position
from hjv_pipelines.regions import municipalities
from hjv_pipelines.sources.hsa.record import HsaUnit, Rt90, Sweref99

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyproj import Transformer
    from shapely import Polygon

_DECIMALS = 6
_EARTH_RADIUS_KM = 6371.0


def position_of(unit: HsaUnit) -> Position | None:
    """Return the unit's position: from RT90, which HSA demands, else from SWEREF 99; none without both."""
    if unit.rt90 is not None:
        return from_rt90(unit.rt90)
    return from_sweref99(unit.sweref99) if unit.sweref99 is not None else None


def from_rt90(point: Rt90) -> Position:
    """Return the WGS84 position of an RT90 2.5 gon V point (EPSG:3021), right within a metre or two."""
    latitude, longitude = _rt90_to_wgs84().transform(point.x, point.y)
    return Position(latitude=round(latitude, _DECIMALS), longitude=round(longitude, _DECIMALS), system="RT90")


def from_sweref99(point: Sweref99) -> Position:
    """Return a SWEREF 99 point as WGS84: the same degrees, which differ by less than a metre."""
    return Position(
        latitude=round(point.latitude, _DECIMALS),
        longitude=round(point.longitude, _DECIMALS),
        system="SWEREF 99",
    )


def from_sweref99_tm(north: int, east: int) -> Position:
    """Return a point of SWEREF 99 TM (EPSG:3006, metres) as WGS84, which differs by less than a metre."""
    latitude, longitude = _sweref99_tm_to_wgs84().transform(north, east)
    return Position(latitude=round(latitude, _DECIMALS), longitude=round(longitude, _DECIMALS), system="SWEREF 99 TM")


def is_inside_sweden(position: Position) -> bool:
    """Tell whether the position lies in Sweden, its nearest waters included."""
    from shapely import contains_xy

    return bool(contains_xy(_sweden(), position.longitude, position.latitude))


@cache
def sweden_outline() -> tuple[tuple[float, float], ...]:
    """Return the corners of Sweden's outline as (latitude, longitude), in the order in which they are joined."""
    with files("hjv_pipelines").joinpath("data/sweden_outline.csv").open(encoding="utf-8") as table:
        return tuple((float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(table))


def kilometres_between(one: Position, other: Position) -> float:
    """Return the distance between two positions, in kilometres."""
    import numpy as np

    ends = (np.radians((position.latitude, position.longitude)) for position in (one, other))
    return float(_kilometres(*ends))


def kilometres_to_county(position: Position, county_code: str) -> float:
    """Return the distance, in kilometres, to the nearest main town of the county; `nan` for an unknown code."""
    import numpy as np

    towns = _towns().get(county_code)
    if towns is None:
        return float("nan")
    return float(_kilometres(np.radians((position.latitude, position.longitude)), towns).min())


def kilometres_to_counties(positions: Sequence[Position], county_codes: Sequence[str]) -> list[float]:
    """Return `kilometres_to_county` of many positions and as many county codes; `nan` for an unknown code.

    A position in the right county is seldom further than 100 km away, in the far north 150: a check of
    plausibility.
    """
    import numpy as np

    distances = np.full(len(positions), np.nan)
    counties = np.array(county_codes)
    points = np.radians(np.array([(at.latitude, at.longitude) for at in positions]).reshape(-1, 2))
    for county_code, towns in _towns().items():
        rows = np.flatnonzero(counties == county_code)
        distances[rows] = _kilometres(points[rows, np.newaxis], towns).min(axis=1, initial=np.inf)
    return [float(distance) for distance in distances]


def _kilometres(one: "NDArray[np.float64]", other: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return the distances on the sphere (haversine) between arrays of (latitude, longitude) in radians."""
    import numpy as np

    latitudes, longitudes = np.moveaxis(np.sin((other - one) / 2) ** 2, -1, 0)
    chord = latitudes + np.cos(one[..., 0]) * np.cos(other[..., 0]) * longitudes
    return np.asarray(2 * _EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord)))


@cache
def _rt90_to_wgs84() -> "Transformer":
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:3021", "EPSG:4326")


@cache
def _sweref99_tm_to_wgs84() -> "Transformer":
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:3006", "EPSG:4326")


@cache
def _sweden() -> "Polygon":
    from shapely import Polygon, prepare

    sweden = Polygon([(longitude, latitude) for latitude, longitude in sweden_outline()])
    prepare(sweden)
    return sweden


@cache
def _towns() -> "dict[str, NDArray[np.float64]]":
    """Return, by county code, the (latitude, longitude) in radians of its municipalities' main towns."""
    import numpy as np

    towns: dict[str, list[tuple[float, float]]] = {}
    for municipality in municipalities().values():
        towns.setdefault(municipality.county_code, []).append((municipality.latitude, municipality.longitude))
    return {county_code: np.radians(np.array(points)) for county_code, points in towns.items()}
