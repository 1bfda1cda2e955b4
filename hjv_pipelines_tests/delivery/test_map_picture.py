"""The picture of where a unit lies: in Sweden and among its towns, drawn without asking anybody."""

import pytest

from hjv_pipelines.cards.parts import Position
from hjv_pipelines.delivery.map_picture import HEIGHT, SIDE, map_picture
from hjv_pipelines.regions import municipalities

STOCKHOLM = Position(latitude=59.33, longitude=18.07, system="RT90")
KIRUNA = Position(latitude=67.85, longitude=20.22, system="RT90")


def test_the_north_is_above_the_south() -> None:
    assert map_picture(KIRUNA).in_sweden.y < map_picture(STOCKHOLM).in_sweden.y


@pytest.mark.parametrize("code", list(municipalities())[::10])
def test_everything_lies_within_its_picture(code: str) -> None:
    town = municipalities()[code]
    picture = map_picture(Position(latitude=town.latitude, longitude=town.longitude, system="RT90"))

    assert 0 < picture.in_sweden.x < picture.width
    assert 0 < picture.in_sweden.y < HEIGHT
    assert picture.towns
    assert all(0 <= shown.at.x <= SIDE and 0 <= shown.at.y <= SIDE for shown in picture.towns)


def test_the_towns_around_are_named_where_they_lie() -> None:
    towns = {town.name: town.at for town in map_picture(STOCKHOLM).towns}

    assert towns["Solna"].y < SIDE / 2
    assert towns["Nacka"].x > SIDE / 2


@pytest.mark.parametrize("code", list(municipalities())[::10])
def test_no_number_is_longer_than_what_can_be_seen(code: str) -> None:
    """The last digits of 121.30000000000001 are those of a telephone number: the test of trap 27 met them."""
    town = municipalities()[code]
    picture = map_picture(Position(latitude=town.latitude, longitude=town.longitude, system="RT90"))
    numbers = [
        number for shown in picture.towns for point in (shown.at, shown.name_at) for number in (point.x, point.y)
    ]

    assert all(len(str(number).partition(".")[2]) == 1 for number in (picture.width, picture.scale, *numbers))


def test_the_scale_holds() -> None:
    picture = map_picture(STOCKHOLM)
    north = Position(latitude=STOCKHOLM.latitude + 0.05, longitude=STOCKHOLM.longitude, system="RT90")
    towns = {town.name: town.at for town in picture.towns}
    moved = {town.name: town.at for town in map_picture(north).towns}

    assert picture.scale <= SIDE / 3
    assert moved["Solna"].y > towns["Solna"].y
