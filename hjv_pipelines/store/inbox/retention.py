"""How long the inbox remembers: hints that are done, and notifications of which no hint is left, are forgotten in time.

What waits, is being read or was set aside stays, however old. Here: looking at what would go, and letting it go. Not
here: when that happens (`hjv_pipelines/retention.py`).
"""

from datetime import datetime

import psycopg

OLD_HINTS = "FROM hjv.hints WHERE state = 'done' AND published_at < %(before)s"

# One whose hints all go is counted as well: they go first.
OLD_NOTIFICATIONS = """
FROM hjv.notifications n WHERE n.committed_at < %(before)s AND NOT EXISTS (
    SELECT FROM hjv.hints h WHERE h.source = n.source AND h.notification_id = n.notification_id
        AND NOT (h.state = 'done' AND h.published_at < %(before)s)
)
"""


def old_hints(connection: psycopg.Connection, before: datetime) -> int:
    """Return how many hints were done before that moment (aware)."""
    return _number(connection, OLD_HINTS, before)


def old_notifications(connection: psycopg.Connection, before: datetime) -> int:
    """Return how many notifications came before that moment (aware), and have no hint that stays."""
    return _number(connection, OLD_NOTIFICATIONS, before)


def forget_inbox(connection: psycopg.Connection, before: datetime) -> tuple[int, int]:
    """Forget both, in one transaction; return how many hints and notifications went."""
    told = {"before": before}
    with connection.transaction():
        hints = connection.execute("DELETE " + OLD_HINTS, told).rowcount
        gone = connection.execute("DELETE " + OLD_NOTIFICATIONS, told).rowcount
    return hints, gone


def _number(connection: psycopg.Connection, query: str, before: datetime) -> int:
    row = connection.execute(("SELECT count(*) " + query).encode(), {"before": before}).fetchone()
    return int(row[0]) if row else 0
