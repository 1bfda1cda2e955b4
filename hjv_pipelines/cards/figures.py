"""Figures on a card: waiting times with their period and count, or why there is none.

Here: the shape of a figure, each part with its meaning for the developer who reads a card. Not here: which figures
a card shows (`waiting_times.py`) and how they are written for people (`delivery/figures.py`).
"""

from datetime import date
from typing import Literal

from hjv_pipelines.cards.parts import CodedValue, Part


class Proportion(Part):
    """A share of a number."""

    rate: float
    """Share from 0 to 1: 0.87 is 87 per cent."""
    numerator: int | None = None
    """How many of the denominator; none where it is not told."""
    denominator: int | None = None
    """How many in all, 20 or more; none where it is not told."""
    coverage: float | None = None
    """Share from 0 to 1 of what should have been reported that was; none where it is not told."""


class Wait(Part):
    """A time to wait."""

    length: float
    """So many of the unit."""
    unit: Literal["weeks", "days"]
    """What the length counts."""
    count: int | None = None
    """How many it was reckoned from; none where it is not told."""
    coverage: float | None = None
    """Share from 0 to 1 of what should have been reported that was; none where it is not told."""


class WaitingTime(Part):
    """One figure of waiting: exactly one of proportion, wait and withheld is there."""

    source: Literal["waiting_times", "waiting_times_skane"]
    """Name of the source that says it."""
    indicator: CodedValue
    """What is measured, or which treatment is waited for."""
    first_day: date
    """First day that the figure is of, Swedish date."""
    last_day: date
    """Last day that the figure is of, Swedish date."""
    proportion: Proportion | None = None
    """Share of those who were assessed within the time."""
    wait: Wait | None = None
    """Forecast of how long one will have to wait."""
    withheld: CodedValue | None = None
    """Why there is no figure, where there is none. It is not a zero."""
