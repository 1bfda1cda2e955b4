"""Waiting times as one reads them in Swedish: a figure, its period, and what it was reckoned from.

Here: sentences made of a card's figures. Not here: the markup (`templates/card_figures.html`).
"""

from datetime import date, timedelta
from decimal import Decimal

from hjv_pipelines.cards.figures import Proportion, Wait, WaitingTime
from hjv_pipelines.cards.swedish import month_and_year, period
from hjv_pipelines.delivery.swedish import after_colon, number, percent

_UNITS = {"weeks": ("vecka", "veckor"), "days": ("dag", "dagar")}
_NO_BREAK = "\N{NO-BREAK SPACE}"
_NO_REASON = "Ingen uppgift om varför"


def figure(shown: WaitingTime) -> str:
    """Return the figure itself: `87 %`, `6 veckor`, or that there is none."""
    if shown.proportion:
        return percent(shown.proportion.rate)
    return duration(shown.wait) if shown.wait else "Ingen siffra"


def duration(wait: Wait) -> str:
    """Return `1 vecka`, `6 veckor`, `2,5 dagar`."""
    length = Decimal(str(wait.length)).normalize()
    one, several = _UNITS[wait.unit]
    return f"{length:f}".replace(".", ",") + _NO_BREAK + (one if length == 1 else several)


def details(shown: WaitingTime) -> str:
    """Return what stands beside the figure: its period, and what it was reckoned from or why there is none."""
    told = (_when(shown), _count(shown), _reason(shown))
    return ", ".join(part for part in told if part)


def _when(shown: WaitingTime) -> str:
    first, last = shown.first_day, shown.last_day
    when = month_and_year(first) if _is_one_month(first, last) else period(first, last)
    return f"prognos för {when}" if shown.wait else when


def _count(shown: WaitingTime) -> str | None:
    if shown.proportion:
        return _of(shown.proportion)
    return f"räknat på {number(shown.wait.count)}" if shown.wait and shown.wait.count is not None else None


def _of(proportion: Proportion) -> str | None:
    part, whole = proportion.numerator, proportion.denominator
    if whole is None:
        return None
    return f"räknat på {number(whole)}" if part is None else f"{number(part)} av {number(whole)}"


def _reason(shown: WaitingTime) -> str | None:
    if shown.withheld is None:
        return None
    if shown.withheld.name is None and shown.withheld.code:
        return f"orsak {shown.withheld.code}"
    return after_colon(shown.withheld.name or _NO_REASON)


def _is_one_month(first: date, last: date) -> bool:
    return first.day == 1 and (first.year, first.month) == (last.year, last.month) and (last + timedelta(1)).day == 1
