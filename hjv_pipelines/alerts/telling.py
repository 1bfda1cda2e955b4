"""Telling: the difference between what is open and what is wrong now, told once on every channel.

Here: the difference (pure), and writing it with its messages in one transaction: an alert and what is to be said of
it stand or fall together. Not here: sending (`outbox.py`).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from hjv_pipelines.alerts.cause import Cause, Kind
from hjv_pipelines.alerts.ledger import (
    Alert,
    change_alert,
    note_look,
    open_alert,
    open_alerts,
    resolve_alert,
)
from hjv_pipelines.alerts.outbox import Event, put

TELLING_LOCK = 0x686A7601
"""Advisory lock: two who look at once take turns."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What to tell: causes that are new, open alerts whose cause is another now, and alerts that are over."""

    opened: tuple[Cause, ...]
    changed: tuple[tuple[Alert, Cause], ...]
    resolved: tuple[Alert, ...]


def difference(before: Iterable[Alert], now: Iterable[Cause], looked_at: Collection[Kind]) -> Difference:
    """Return what to tell, given the open alerts and the causes that are there now.

    Of a kind that was not `looked_at`, nothing is known: its alerts stay as they are.
    """
    known = {(alert.kind, alert.subject): alert for alert in before if alert.kind in looked_at}
    causes = {(cause.kind, cause.subject): cause for cause in now if cause.kind in looked_at}
    return Difference(
        opened=tuple(cause for key, cause in causes.items() if key not in known),
        changed=tuple(
            (known[key], cause) for key, cause in causes.items() if key in known and known[key].essence != cause.essence
        ),
        resolved=tuple(alert for key, alert in known.items() if key not in causes),
    )


def tell(
    connection: psycopg.Connection,
    causes: Iterable[Cause],
    looked_at: Collection[Kind],
    channels: Sequence[str],
    now: datetime,
) -> Difference:
    """Write what changed since the last look, with a message for each of `channels`, and return it."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (TELLING_LOCK,))
        told = difference(open_alerts(connection), causes, looked_at)
        for cause in told.opened:
            _put(connection, open_alert(connection, cause, now), "opened", cause, channels, now)
        for alert, cause in told.changed:
            change_alert(connection, alert.alert_id, cause, now)
            _put(connection, alert.alert_id, "changed", cause, channels, now)
        for alert in told.resolved:
            resolve_alert(connection, alert.alert_id, now)
            _put(connection, alert.alert_id, "resolved", alert, channels, now)
        note_look(connection, now)
    return told


def _put(
    connection: psycopg.Connection,
    alert_id: int,
    event: Event,
    said: Cause | Alert,
    channels: Sequence[str],
    now: datetime,
) -> None:
    for channel in channels:
        put(connection, alert_id, channel, event, said, now)
