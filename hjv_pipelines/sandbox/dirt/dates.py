"""Traps 16 and 22: when units begin and end. Days away from today, so that no test runs across the change."""

from datetime import date, timedelta

from hjv_pipelines.sandbox.dirt.dirt import hidden, visible
from hjv_pipelines.sandbox.draft import Draft

_START, _END = "unitStartDate", "unitEndDate"


@hidden("started", trap=16, often=300)
def not_started(draft: Draft) -> None:
    """Open in some months."""
    draft.put(_START, _midnight(draft.surroundings.today + timedelta(days=draft.by_turns(30, 90, 365))))
    draft.put(_END)


@hidden("not_ended", trap=16, often=300)
def ended(draft: Draft) -> None:
    """Close some months ago."""
    draft.put(_START)
    draft.put(_END, _midnight(draft.surroundings.today - timedelta(days=draft.by_turns(30, 90, 365))))


@visible(trap=16, often=100)
def ends_later(draft: Draft) -> None:
    """Close in some months: until then the unit is there."""
    draft.put(_END, _midnight(draft.surroundings.today + timedelta(days=draft.by_turns(30, 90, 365))))


@visible(trap=22, often=10)
def start_date_impossible(draft: Draft) -> None:
    """Begin on a day that the calendar does not have, which hides nothing."""
    draft.spoil(_START, "date_impossible", draft.by_turns("20230231000000Z", "20101131000000Z", "2023-06-31T00:00:00"))


@visible(trap=22, often=10)
def end_date_impossible(draft: Draft) -> None:
    """End on a day that the calendar does not have, which closes nothing."""
    draft.spoil(_END, "date_impossible", draft.by_turns("20230231000000Z", "20221301000000Z"))


def _midnight(day: date) -> str:
    return f"{day:%Y%m%d}000000Z"
