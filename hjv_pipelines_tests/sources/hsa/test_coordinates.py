"""A position is read only when it can be true; each usual mistake is told by its name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.sources.hsa.coordinates import latitude, longitude, rt90
from hjv_pipelines.sources.hsa.record import Rt90


@pytest.mark.parametrize("raw", ["X: 6581164, Y: 1630250", "X:6581164,Y:1630250", " x: 6581164 ; y: 1630250 "])
def test_rt90_is_x_and_y_in_whole_metres(raw: str) -> None:
    assert rt90(raw).value == Rt90(x=6581164, y=1630250)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("X: 1630250, Y: 6581164", "coordinates_swapped"),
        ("X: 59.33258, Y: 18.06490", "coordinates_wgs84"),
        ("X: 59,33258, Y: 18,06490", "coordinates_wgs84"),
        ("59.33258, 18.06490", "coordinates_wgs84"),
        ("X: 65811640, Y: 16302500", "coordinates_range"),
        ("X: 6581164, Y: 163025", "coordinates_range"),
        ("X: 6580822, Y: 674032", "coordinates_range"),
        ("X: 0000000, Y: 0000000", "coordinates_range"),
        ("X: 6581164", "coordinates_syntax"),
        ("6581164, 1630250", "coordinates_syntax"),
        ("X: 6581164.5, Y: 1630250.5", "coordinates_syntax"),
        ("X: ٦٥٨١١٦٤, Y: ١٦٣٠٢٥٠", "coordinates_syntax"),
        ("N 59, E 18", "coordinates_syntax"),
        ("", "coordinates_syntax"),
    ],
)
def test_each_mistake_is_told_by_its_name(raw: str, rule: str) -> None:
    """Trap 20: swapped, degrees, another system (SWEREF 99 TM), a digit too many."""
    assert rt90(raw).broken == (rule,)


def test_a_position_abroad_is_read_and_judged_elsewhere() -> None:
    """Trap 20: a clinic in Denmark; whether it lies in Sweden is a question of the card."""
    assert rt90("X: 6343000, Y: 1146000").value == Rt90(x=6343000, y=1146000)


def test_sweref99_is_decimal_degrees() -> None:
    assert (latitude("56.1890").value, longitude(" 15,6210 ").value) == (56.189, 15.621)


@pytest.mark.parametrize("raw", ["", "okänd", "N 59 grader", "6580822", "91", "-90.1", "nan", "1e1", "59.3.3"])
def test_what_is_no_latitude_is_told(raw: str) -> None:
    assert latitude(raw).broken == ("sweref99_syntax",)


@given(st.text() | st.text("XY:,. 0123456789-", max_size=30))
def test_whatever_comes_in_a_position_is_in_range_or_there_is_none(raw: str) -> None:
    point, broken = rt90(raw)
    assert (point is None) == bool(broken)
    assert point is None or (6_000_000 <= point.x < 7_800_000 and 1_000_000 <= point.y < 2_100_000)
    for read, limit in ((latitude, 90), (longitude, 180)):
        degrees, broken = read(raw)
        assert (degrees is None) == bool(broken)
        assert degrees is None or abs(degrees) <= limit
