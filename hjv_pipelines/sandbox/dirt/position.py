"""Trap 20: RT90 swapped, in degrees, out of range or unreadable; places abroad; units at a distance."""

from hjv_pipelines.regions import DISTANCE
from hjv_pipelines.sandbox.care_units import sweref99
from hjv_pipelines.sandbox.dirt.dirt import hidden, visible
from hjv_pipelines.sandbox.draft import Draft
from hjv_pipelines.sandbox.places import in_rt90

_RT90 = "geographicalCoordinatesRt90"
_LATITUDE, _LONGITUDE = "geographicalCoordinatesSWEREF99Latitude", "geographicalCoordinatesSWEREF99Longitude"

_ABROAD = ((55.676, 12.568), (59.913, 10.752), (60.097, 19.935), (63.096, 21.616), (57.048, 9.919))
"""København, Oslo, Mariehamn, Vasa, Aalborg."""


@hidden("coordinates", trap=20, often=60)
def rt90_swapped(draft: Draft) -> None:
    """Let X and Y change places, and give no other position."""
    _swap(draft)
    _without_sweref99(draft)


@visible(trap=20, often=40)
def rt90_swapped_beside_sweref99(draft: Draft) -> None:
    """Let X and Y change places; SWEREF 99 saves the card."""
    _swap(draft)
    _with_sweref99(draft)


@hidden("coordinates", trap=20, often=40)
def rt90_in_degrees(draft: Draft) -> None:
    """Write WGS84 as if pasted from a map, and give no other position."""
    _degrees(draft)
    _without_sweref99(draft)


@visible(trap=20, often=20)
def rt90_in_degrees_beside_sweref99(draft: Draft) -> None:
    """Write WGS84 as if pasted from a map; SWEREF 99 saves the card."""
    _degrees(draft)
    _with_sweref99(draft)


@hidden("coordinates", trap=20, often=15)
def rt90_out_of_range(draft: Draft) -> None:
    """Write numbers with a digit too many or too few."""
    x, y = draft.position.x, draft.position.y
    variants = (f"X: {x}0, Y: {y}0", f"X: {x // 10}, Y: {y // 10}", f"X: {x}, Y: {y // 10}")
    draft.spoil(_RT90, "coordinates_range", draft.by_turns(*variants))
    _without_sweref99(draft)


@hidden("coordinates", trap=20, often=15)
def rt90_unreadable(draft: Draft) -> None:
    """Write what is no pair of numbers."""
    x, y = draft.position.x, draft.position.y
    variants = (f"X: {x}", "X: saknas, Y: saknas", f"X: {x} meter, Y: {y} meter")
    draft.spoil(_RT90, "coordinates_syntax", draft.by_turns(*variants))
    _without_sweref99(draft)


@visible(trap=20, often=15)
def sweref99_unreadable(draft: Draft) -> None:
    """Write a latitude that is no number; RT90 is enough."""
    draft.spoil(_LATITUDE, "sweref99_syntax", draft.by_turns("okänd", "N 59 grader"))
    draft.put(_LONGITUDE, f"{draft.position.longitude:.5f}")


@visible(trap=20, often=60)
def sweref99_alone(draft: Draft) -> None:
    """Leave RT90 out: SWEREF 99 is as good."""
    draft.put(_RT90)
    _with_sweref99(draft)


@hidden("coordinates", trap=20, often=10)
def both_positions_bad(draft: Draft) -> None:
    """Swap RT90, and make SWEREF 99 unreadable."""
    _swap(draft)
    draft.spoil(_LATITUDE, "sweref99_syntax", "okänd")
    draft.put(_LONGITUDE, f"{draft.position.longitude:.5f}")


@hidden("inside_sweden", trap=20, often=60)
def position_abroad(draft: Draft) -> None:
    """Move the unit abroad, as clinics with a contract are: right, and not in Sweden."""
    (position,) = in_rt90([draft.by_turns(*_ABROAD)])
    draft.put(_RT90, position.rt90)
    _without_sweref99(draft)


@hidden("coordinates", trap=20, often=300)
def position_missing(draft: Draft) -> None:
    """Leave all positions out of a unit that is not at a distance."""
    draft.put(_RT90)
    _without_sweref99(draft)


@visible(trap=20, often=300)
def unit_at_a_distance(draft: Draft) -> None:
    """Make the unit a digital one, which needs neither county nor position."""
    _at_a_distance(draft)
    for element in ("countyCode", "countyName", "municipalityCode", "municipalityName"):
        draft.put(element)
    draft.region = DISTANCE.key


@visible(trap=20, often=200)
def unit_at_a_distance_with_county(draft: Draft) -> None:
    """Make the unit a region's own digital one: in its county, and nowhere on the map."""
    _at_a_distance(draft)


def _at_a_distance(draft: Draft) -> None:
    draft.put("businessType", "03")
    for element in (_RT90, "street", "structuredVisitingAddress", "route"):
        draft.put(element)
    _without_sweref99(draft)
    draft.facts.update(latitude=None, longitude=None)


def _swap(draft: Draft) -> None:
    draft.spoil(_RT90, "coordinates_swapped", f"X: {draft.position.y}, Y: {draft.position.x}")


def _degrees(draft: Draft) -> None:
    latitude, longitude = draft.position.latitude, draft.position.longitude
    draft.spoil(_RT90, "coordinates_wgs84", f"X: {latitude:.5f}, Y: {longitude:.5f}")


def _with_sweref99(draft: Draft) -> None:
    draft.unit = draft.unit.changed(sweref99(draft.position))


def _without_sweref99(draft: Draft) -> None:
    draft.put(_LATITUDE)
    draft.put(_LONGITUDE)
