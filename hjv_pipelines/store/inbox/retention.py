"""How long the inbox remembers: hints that are done, and notifications of which no hint is left, are forgotten in time.

What waits, is being read or was set aside stays, however old. Here: letting it go. Not here: when that happens
(`forgetting/` of the package).
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


def forget_inbox(connection: psycopg.Connection, before: datetime) -> tuple[int, int]:
    """Forget both, in one transaction; return how many hints and notifications went."""
    told = {"before": before}
    with connection.transaction():
        hints = connection.execute("DELETE " + OLD_HINTS, told).rowcount
        gone = connection.execute("DELETE " + OLD_NOTIFICATIONS, told).rowcount
    return hints, gone
