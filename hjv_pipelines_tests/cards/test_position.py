"""Where a unit lies: RT90 becomes WGS84, and Sweden is told from its neighbours."""

import math

import pytest
from pyproj import Proj

from hjv_pipelines.cards.parts import Position
from hjv_pipelines.cards.position import (
    from_rt90,
    is_inside_sweden,
    kilometres_to_counties,
    kilometres_to_county,
    position_of,
)
from hjv_pipelines.regions import municipalities
from hjv_pipelines.sources.hsa.record import Rt90, Sweref99
from hjv_pipelines_tests.cards.units import DJURGARDSBRON, a_unit


def at(latitude: float, longitude: float) -> Position:
    return Position(latitude=latitude, longitude=longitude, system="SWEREF 99")


def test_rt90_becomes_wgs84_within_a_few_metres() -> None:
    """The manual's example, Djurgårdsbron in Stockholm."""
    position = from_rt90(DJURGARDSBRON)
    assert (position.latitude, position.longitude) == pytest.approx((59.33116, 18.09363), abs=5e-5)
    assert position.system == "RT90"


def test_rt90_agrees_with_lantmateriets_direct_projection_in_every_municipality() -> None:
    """Lantmäteriet publishes parameters that lead from SWEREF 99 to RT90 2.5 gon V in one step."""
    to_rt90 = Proj(
        proj="tmerc",
        lat_0=0,
        lon_0=15.806284529,
        k=1.00000561024,
        x_0=1500064.274,
        y_0=-667.711,
        ellps="GRS80",
    )
    for town in municipalities().values():
        easting, northing = to_rt90(town.longitude, town.latitude)
        position = from_rt90(Rt90(x=round(northing), y=round(easting)))
        assert (position.latitude, position.longitude) == pytest.approx((town.latitude, town.longitude), abs=3e-5)


def test_sweref_99_is_taken_as_it_is_where_rt90_is_missing() -> None:
    position = position_of(a_unit(rt90=None, sweref99=Sweref99(latitude=56.189, longitude=15.621)))
    assert position == at(56.189, 15.621)


def test_rt90_goes_before_sweref_99() -> None:
    position = position_of(a_unit(sweref99=Sweref99(latitude=56.189, longitude=15.621)))
    assert position is not None
    assert position.system == "RT90"


def test_a_unit_without_coordinates_has_no_position() -> None:
    assert position_of(a_unit(rt90=None)) is None


def test_every_municipality_lies_inside_sweden() -> None:
    abroad = [
        town.name for town in municipalities().values() if not is_inside_sweden(at(town.latitude, town.longitude))
    ]
    assert abroad == []


@pytest.mark.parametrize(
    ("place", "latitude", "longitude"),
    [
        ("Nordkoster", 58.900, 11.010),
        ("Töcksfors", 59.509, 11.844),
        ("Storlien", 63.316, 12.101),
        ("Riksgränsen", 68.426, 18.126),
        ("Karesuando", 68.442, 22.480),
        ("Haparanda", 65.835, 24.137),
        ("Holmön", 63.790, 20.860),
        ("Gräsö", 60.400, 18.500),
        ("Fårösund", 57.860, 19.050),
        ("Ottenby", 56.197, 16.399),
        ("Smygehuk", 55.337, 13.360),
        ("Ven", 55.905, 12.700),
        ("Helsingborg", 56.046, 12.694),
    ],
)
def test_islands_and_border_towns_lie_inside_sweden(place: str, latitude: float, longitude: float) -> None:
    assert is_inside_sweden(at(latitude, longitude)), place


@pytest.mark.parametrize(
    ("place", "latitude", "longitude"),
    [
        ("Copenhagen", 55.676, 12.568),
        ("Kastrup", 55.630, 12.650),
        ("Helsingør", 56.036, 12.613),
        ("Bornholm", 55.100, 14.700),
        ("Oslo", 59.913, 10.752),
        ("Halden", 59.130, 11.390),
        ("Kongsvinger", 60.190, 12.000),
        ("Narvik", 68.438, 17.427),
        ("Kilpisjärvi", 69.050, 20.790),
        ("Pello", 66.775, 23.960),
        ("Tornio", 65.848, 24.147),
        ("Mariehamn", 60.100, 19.940),
        ("Helsinki", 60.170, 24.940),
        ("Reykjavik", 64.147, -21.942),
        ("the null island", 0.0, 0.0),
    ],
)
def test_the_neighbours_lie_outside_sweden(place: str, latitude: float, longitude: float) -> None:
    """Trap 20: a clinic in Denmark has no card."""
    assert not is_inside_sweden(at(latitude, longitude)), place


def test_a_unit_lies_close_to_its_own_county_and_far_from_others() -> None:
    stockholm = from_rt90(DJURGARDSBRON)
    assert kilometres_to_county(stockholm, "01") < 5
    assert kilometres_to_county(stockholm, "12") == pytest.approx(408, abs=5)


def test_many_distances_are_those_of_one_at_a_time() -> None:
    positions = [at(59.33, 18.09), at(55.6, 13.0), at(67.85, 20.22)]
    codes = ["01", "01", "25"]
    one_by_one = [kilometres_to_county(place, code) for place, code in zip(positions, codes, strict=True)]
    assert kilometres_to_counties(positions, codes) == pytest.approx(one_by_one)


def test_the_distance_to_no_county_is_no_number() -> None:
    assert math.isnan(kilometres_to_county(at(59.33, 18.09), "02"))


def test_no_positions_have_no_distances() -> None:
    assert kilometres_to_counties([], []) == []
