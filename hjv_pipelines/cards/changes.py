"""When the clock alone changes a card or its verdict: what the inbox is told to wake up for.

Here: the moments that lie in a unit's facts. Not here: the flip itself, which `build.py` makes when it is
asked again.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from hjv_pipelines.cards.declared import declared_changes
from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.swedish_time import start_of
from hjv_pipelines.sources.hsa.record import HsaUnit

_DAY = timedelta(days=1)


def next_change(facts: UnitFacts, at: datetime) -> datetime | None:
    """Return the first moment (UTC) after `at` when the clock alone may change the card or its verdict.

    Until then they are the same; none means for ever. A moment may turn out to change nothing, for a unit
    that is hidden for another reason.
    """
    if facts.hsa is None:
        return None
    moments = (*_moments(facts.hsa), *declared_changes(ContactCard, facts))
    return min((moment for moment in moments if moment > at), default=None)


def next_flip(unit: HsaUnit, at: datetime) -> datetime | None:
    """Return the first moment (UTC) after `at` when the clock alone may give the unit a card or take it away."""
    return min((moment for moment in (unit.start_date, unit.end_date) if moment and moment > at), default=None)


def _moments(unit: HsaUnit) -> Iterator[datetime]:
    """Yield when the unit begins and ends, its notice comes and goes, and dated hours have ended."""
    if unit.start_date:
        yield unit.start_date
    if unit.end_date:
        yield unit.end_date
    # The first and the last day of the calendar are how editors write "always".
    if unit.notice and unit.notice.from_date and unit.notice.from_date > date.min:
        yield start_of(unit.notice.from_date)
    for last_day in _last_days(unit):
        if last_day < date.max:
            yield start_of(last_day + _DAY)


def _last_days(unit: HsaUnit) -> Iterator[date]:
    """Yield the last days of the notice and of dated hours."""
    if unit.notice and unit.notice.to_date:
        yield unit.notice.to_date
    of_functions = (span for function in unit.unit_functions for span in function.telephone_hours)
    spans = (
        *unit.surgery_hours,
        *unit.telephone_hours,
        *unit.drop_in_hours,
        *unit.visiting_hours,
        *of_functions,
    )
    yield from (span.valid_to for span in spans if span.valid_to)
