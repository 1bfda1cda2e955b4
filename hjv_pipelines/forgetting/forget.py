"""What is forgotten because it is old: entries of the change feed, hints that are done, and their notifications.

Documents, cards and whatever waits are never forgotten. Here: how old is old, and all of it together. Not here: what
exactly goes (`store/retention.py`, `store/inbox/retention.py`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg

from hjv_pipelines.settings import Settings
from hjv_pipelines.store.inbox.retention import forget_inbox, old_hints, old_notifications
from hjv_pipelines.store.retention import forget_feed, old_entries


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was, or would be, forgotten, and what it is older than (UTC)."""

    feed_entries: int
    feed_before: datetime
    hints: int
    notifications: int
    inbox_before: datetime


def look(connection: psycopg.Connection, settings: Settings, now: datetime) -> Forgotten:
    """Return what `forget` would forget at `now`; nothing is changed."""
    feed_before, inbox_before = _moments(settings, now)
    return Forgotten(
        old_entries(connection, feed_before).number,
        feed_before,
        old_hints(connection, inbox_before),
        old_notifications(connection, inbox_before),
        inbox_before,
    )


def forget(connection: psycopg.Connection, settings: Settings, now: datetime) -> Forgotten:
    """Forget what is older at `now` than the settings keep it, and return how much that was."""
    feed_before, inbox_before = _moments(settings, now)
    entries = forget_feed(connection, feed_before)
    return Forgotten(entries.number, feed_before, *forget_inbox(connection, inbox_before), inbox_before)


def _moments(settings: Settings, now: datetime) -> tuple[datetime, datetime]:
    return now - timedelta(days=settings.feed_retention_days), now - timedelta(days=settings.inbox_retention_days)
