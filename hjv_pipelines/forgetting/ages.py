"""How old is old: the moment for each kind of row, from what the settings keep and what others still need.

Here: settings → moments. Not here: which rows go (`store/retention/`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hjv_pipelines.settings import Settings
from hjv_pipelines.store.guard.guard import REMEMBERED


@dataclass(frozen=True, slots=True)
class Moments:
    """What is older than its moment (UTC) may go."""

    feed: datetime
    inbox: datetime
    ledger: datetime
    measures: datetime


def moments(settings: Settings, now: datetime) -> Moments:
    """Return the moments at `now`.

    The ledger reaches back beyond every kept raw input, and the guard's figures twice as far as it looks: a day that
    can be replayed needs what stood when it began.
    """
    days = max(settings.ledger_retention_days, settings.raw_days + 2)
    return Moments(
        feed=now - timedelta(days=settings.feed_retention_days),
        inbox=now - timedelta(days=settings.inbox_retention_days),
        ledger=now - timedelta(days=days),
        measures=now - 2 * REMEMBERED,
    )
