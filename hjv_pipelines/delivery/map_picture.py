"""A picture of where a unit lies, drawn by ourselves: in Sweden, and among the towns around it.

Here: what is drawn, in the pictures' own units. Not here: the SVG (`templates/card_map.html`). No map service is asked:
nobody learns which unit somebody looked up. The outline is a sketch (`cards/position.py`), the towns are the main
towns of the municipalities; the way there is for a map to show, and the page links to one.
"""

from dataclasses import dataclass
from functools import cache
from math import cos, hypot, radians

from hjv_pipelines.cards.parts import Position
from hjv_pipelines.cards.position import sweden_outline
from hjv_pipelines.regions import municipalities

SIDE = 240.0
"""Width and height of the picture of the surroundings."""
HEIGHT = 300.0
"""Height of the picture of Sweden."""

_KILOMETRES_A_DEGREE = 111.2
_MIDDLE_OF_SWEDEN = 62.0
_MARGIN = 4.0
_NEAREST = 5
_SMALLEST_KILOMETRES, _WIDEST_KILOMETRES = 12.0, 160.0
_ROOM_FOR_NAMES = 1.35
_LINE = 26.0
_LETTER = 9.5
_BESIDE, _BELOW = 8.0, 5.5
_SCALES = (1, 2, 5, 10, 20, 50)


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a picture: from its left edge and from its top."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Town:
    """A town in the picture of the surroundings; its name stands to the left of it where the right has no room.

    The name begins at `name_at`, on its line; to the left it ends there.
    """

    name: str
    at: Point
    name_at: Point
    name_to_the_left: bool


@dataclass(frozen=True, slots=True)
class MapPicture:
    """Both pictures of a position.

    `outline` is Sweden's, as SVG's `points`, in a picture `width` wide and `HEIGHT` high, `in_sweden` the position in
    it. In the other, `SIDE` wide and high, the position is in the middle, `towns` around it, and `scale` units of the
    picture are `scale_kilometres`.
    """

    outline: str
    width: float
    in_sweden: Point
    towns: tuple[Town, ...]
    scale: float
    scale_kilometres: int


def map_picture(position: Position) -> MapPicture:
    """Draw where `position` lies."""
    reach, near = _surroundings(position)
    scale = SIDE / 2 / reach
    kilometres = max(each for each in _SCALES if each * scale <= SIDE / 3)
    outline, width = _outline()
    return MapPicture(
        outline=outline,
        width=width,
        in_sweden=_in_sweden(position.latitude, position.longitude),
        towns=tuple(_placed(near, scale)),
        scale=round(kilometres * scale, 1),
        scale_kilometres=kilometres,
    )


@cache
def _outline() -> tuple[str, float]:
    """Return Sweden's outline and the width of its picture."""
    points = [_in_sweden(latitude, longitude) for latitude, longitude in sweden_outline()]
    width = max(point.x for point in points) + _MARGIN
    return " ".join(f"{point.x},{point.y}" for point in points), round(width, 1)


def _in_sweden(latitude: float, longitude: float) -> Point:
    north, west, units = _frame()
    x = (longitude - west) * cos(radians(_MIDDLE_OF_SWEDEN)) * units
    return Point(round(_MARGIN + x, 1), round(_MARGIN + (north - latitude) * units, 1))


@cache
def _frame() -> tuple[float, float, float]:
    """Return Sweden's northernmost latitude, its westernmost longitude, and units of the picture in a degree north."""
    latitudes, longitudes = zip(*sweden_outline(), strict=True)
    north = max(latitudes)
    return north, min(longitudes), (HEIGHT - 2 * _MARGIN) / (north - min(latitudes))


def _surroundings(position: Position) -> tuple[float, list[tuple[str, float, float]]]:
    """Return how far the picture reaches, and the towns in it as (name, kilometres east, kilometres south)."""
    towns = sorted(
        (
            (
                town.name,
                (town.longitude - position.longitude) * cos(radians(position.latitude)) * _KILOMETRES_A_DEGREE,
                (position.latitude - town.latitude) * _KILOMETRES_A_DEGREE,
            )
            for town in municipalities().values()
        ),
        key=lambda town: hypot(town[1], town[2]),
    )
    furthest = max(abs(distance) for _, east, south in towns[:_NEAREST] for distance in (east, south))
    reach = min(max(furthest * _ROOM_FOR_NAMES, _SMALLEST_KILOMETRES), _WIDEST_KILOMETRES)
    return reach, [town for town in towns if max(abs(town[1]), abs(town[2])) < reach / 1.08]


def _placed(near: list[tuple[str, float, float]], scale: float) -> list[Town]:
    """Return the towns with their names, the nearest first; one whose name has no room is left out."""
    taken: list[tuple[float, float, float]] = [(SIDE / 2 - _LETTER, SIDE / 2 + _LETTER, SIDE / 2)]
    placed: list[Town] = []
    for name, east, south in near:
        at = Point(round(SIDE / 2 + east * scale, 1), round(SIDE / 2 + south * scale, 1))
        length = (len(name) + 2) * _LETTER
        for to_the_left in (False, True):
            left, right = (at.x - length, at.x) if to_the_left else (at.x, at.x + length)
            has_room = (
                left >= 0
                and right <= SIDE
                and not any(
                    left < other_right and other_left < right and abs(at.y - other_y) < _LINE
                    for other_left, other_right, other_y in taken
                )
            )
            if has_room:
                taken.append((left, right, at.y))
                placed.append(Town(name, at, _beside(at, -_BESIDE if to_the_left else _BESIDE), to_the_left))
                break
    return placed


def _beside(town: Point, distance: float) -> Point:
    return Point(round(town.x + distance, 1), round(town.y + _BELOW, 1))
