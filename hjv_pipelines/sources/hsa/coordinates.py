"""HSA's coordinates: RT90 2.5 gon V and SWEREF 99.

Here: reading them, and telling the usual mistakes apart. Not here: turning them into a place on a map, and
whether that lies in Sweden (`cards/position.py`).
"""

import re

from hjv_pipelines.sources.hsa.record import Rt90
from hjv_pipelines.sources.reading import Reading, broken

_NUMBER = "(-?[0-9]{1,9}(?:[.,][0-9]+)?)"
_PAIR = re.compile(f"(X:?)?{_NUMBER}[,;](Y:?)?{_NUMBER}", re.IGNORECASE)
_DEGREES = re.compile("-?[0-9]{1,3}(?:[.,][0-9]+)?")

# Sweden and some way beyond: a unit in Denmark or Finland is read here, and judged where the map is known.
_NORTHINGS = range(6_000_000, 7_800_000)
_EASTINGS = range(1_000_000, 2_100_000)

_MAX_LATITUDE = 90
_MAX_LONGITUDE = 180


def rt90(raw: str) -> Reading[Rt90]:
    """Return the position of `X: 6581164, Y: 1630250`, in whole metres.

    Rules: `coordinates_wgs84`, `coordinates_swapped`, `coordinates_range`, `coordinates_syntax`.
    """
    pair = _PAIR.fullmatch("".join(raw.split()))
    if pair is None:
        return broken("coordinates_syntax")
    x_label, x_text, y_label, y_text = pair.groups()
    if _is_degrees(x_text) and _is_degrees(y_text):
        return broken("coordinates_wgs84")
    if not (x_label and y_label and x_text.isdecimal() and y_text.isdecimal()):
        return broken("coordinates_syntax")
    x, y = int(x_text), int(y_text)
    if x in _EASTINGS and y in _NORTHINGS:
        return broken("coordinates_swapped")
    if x not in _NORTHINGS or y not in _EASTINGS:
        return broken("coordinates_range")
    return Reading(Rt90(x=x, y=y))


def latitude(raw: str) -> Reading[float]:
    """Return a SWEREF 99 latitude in decimal degrees; `sweref99_syntax` for anything else."""
    return _within(raw, _MAX_LATITUDE)


def longitude(raw: str) -> Reading[float]:
    """Return a SWEREF 99 longitude in decimal degrees; `sweref99_syntax` for anything else."""
    return _within(raw, _MAX_LONGITUDE)


def _within(raw: str, limit: int) -> Reading[float]:
    degrees = _degrees(raw.strip()) if _DEGREES.fullmatch(raw.strip()) else None
    return broken("sweref99_syntax") if degrees is None or abs(degrees) > limit else Reading(degrees)


def _is_degrees(raw: str) -> bool:
    return _DEGREES.fullmatch(raw) is not None and abs(_degrees(raw)) <= _MAX_LONGITUDE


def _degrees(raw: str) -> float:
    return float(raw.replace(",", "."))
