"""A picture of how fast notified changes got onto their cards: what share of the hints within which time.

Here: the durations that are told apart, and the drawing by source. Not here: the figures (`store/inbox/figures.py`).
"""

from collections.abc import Sequence
from datetime import timedelta

from hjv_pipelines.orchestration.heat_map import Cell, heat_map
from hjv_pipelines.store.inbox.figures import Spread

BOUNDS = tuple(timedelta(seconds=seconds) for seconds in (0.5, 1, 2, 5, 10, 30, 120))
"""The durations that are told apart; ours take a second or two, and more than the last is promised to nobody."""

_COLUMNS = ("0.5 s", "1 s", "2 s", "5 s", "10 s", "30 s", "2 min", "longer")


def latency_picture(spreads: Sequence[Spread]) -> str:
    """Return a picture with a row for each source and origin; red is what took longer than all `BOUNDS`."""
    rows = {f"{one.source}, {one.origin.replace('_', ' ')}": _cells(one.within) for one in spreads}
    return heat_map(
        _COLUMNS, rows, "Per cent of the hints that were on their cards within", "Red: two minutes and longer."
    )


def _cells(within: Sequence[int]) -> list[Cell | None]:
    hints = sum(within)
    *shorter, longer = (_share(number, hints) for number in within)
    return [*shorter, longer and longer._replace(alarming=True)]


def _share(number: int, hints: int) -> Cell | None:
    """Return a square that names a share, also one below half a per cent; none where no hint is."""
    return Cell(f"{100 * number / hints:.0f}" if number * 200 >= hints else "<1", number / hints) if number else None
