"""The ledger of alerts: which are open, since when, and when the state of things was last looked at.

Here: reading and writing its rows. Not here: deciding what is told (`telling.py`), the messages (`outbox.py`).
"""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.alerts.cause import Cause, Kind

ALERTS = """
SELECT alert_id, kind, subject, essence, says, remedy, link, opened_at, changed_at, resolved_at FROM hjv.alerts
"""

OPEN = """
INSERT INTO hjv.alerts (kind, subject, essence, says, remedy, link, opened_at, changed_at)
VALUES (%(kind)s, %(subject)s, %(essence)s, %(says)s, %(remedy)s, %(link)s, %(now)s, %(now)s) RETURNING alert_id
"""

CHANGE = """
UPDATE hjv.alerts SET essence = %(essence)s, says = %(says)s, remedy = %(remedy)s, link = %(link)s,
    changed_at = %(now)s WHERE alert_id = %(alert_id)s
"""

LOOKED = """
INSERT INTO hjv.alert_looks (looked_at) VALUES (%s) ON CONFLICT (one_row) DO UPDATE SET looked_at = excluded.looked_at
"""


@dataclass(frozen=True, slots=True)
class Alert:
    """A cause as it was last told; times in UTC. It is open until `resolved_at`."""

    alert_id: int
    kind: Kind
    subject: str
    essence: str
    says: str
    remedy: str
    link: str
    opened_at: datetime
    changed_at: datetime
    resolved_at: datetime | None


def open_alerts(connection: psycopg.Connection) -> list[Alert]:
    """Return the open alerts, the oldest first."""
    with connection.cursor(row_factory=class_row(Alert)) as cursor:
        return cursor.execute(ALERTS + "WHERE resolved_at IS NULL ORDER BY alert_id").fetchall()


def newest_alerts(connection: psycopg.Connection, limit: int) -> list[Alert]:
    """Return alerts, resolved ones too, the newest first."""
    with connection.cursor(row_factory=class_row(Alert)) as cursor:
        return cursor.execute(ALERTS + "ORDER BY alert_id DESC LIMIT %s", (limit,)).fetchall()


def open_alert(connection: psycopg.Connection, cause: Cause, now: datetime) -> int:
    """Write that `cause` is there since `now`, and return the alert's id."""
    row = connection.execute(OPEN, {**_told(cause), "now": now}).fetchone()
    assert row is not None  # noqa: S101  INSERT … RETURNING gives a row
    return int(row[0])


def change_alert(connection: psycopg.Connection, alert_id: int, cause: Cause, now: datetime) -> None:
    """Write that an alert's cause is another since `now`."""
    connection.execute(CHANGE, {**_told(cause), "now": now, "alert_id": alert_id})


def resolve_alert(connection: psycopg.Connection, alert_id: int, now: datetime) -> None:
    """Write that an alert's cause is over."""
    connection.execute("UPDATE hjv.alerts SET resolved_at = %s WHERE alert_id = %s", (now, alert_id))


def last_look(connection: psycopg.Connection) -> datetime | None:
    """Return when the state of things was last looked at (UTC); None when never."""
    row = connection.execute("SELECT looked_at FROM hjv.alert_looks").fetchone()
    return row[0] if row else None


def note_look(connection: psycopg.Connection, now: datetime) -> None:
    """Write that the state of things was looked at."""
    connection.execute(LOOKED, (now,))


def _told(cause: Cause) -> dict[str, str]:
    return {name: getattr(cause, name) for name in ("kind", "subject", "essence", "says", "remedy", "link")}
