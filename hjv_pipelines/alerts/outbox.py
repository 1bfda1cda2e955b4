"""The outbox: messages that wait until their channel has taken them. None is ever given up.

Here: putting them in, and sending what is due. A channel that fails is left alone for the rest of the round and its
message waits, longer each time; another alert's message goes before one that fails again and again, but never before
an earlier one of its own alert. Not here: the channels themselves (`channels.py`).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.alerts.cause import Cause, Kind
from hjv_pipelines.alerts.ledger import Alert
from hjv_pipelines.failures import HjvError

Event = Literal["opened", "changed", "resolved"]

SENDING_LOCK = 0x686A7602
"""Advisory lock of the session: one process sends at a time, and a message goes out once."""

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
MOST_IN_A_ROUND = 20
"""So many messages a channel and round, so that a round ends within a sensor's tick."""

PUT = """
INSERT INTO hjv.alert_messages (alert_id, channel, event, says, remedy, link, at, next_try_at)
VALUES (%(alert_id)s, %(channel)s, %(event)s, %(says)s, %(remedy)s, %(link)s, %(now)s, %(now)s)
"""

DUE = """
SELECT m.message_id, m.event, a.kind, a.subject, m.says, m.remedy, m.link, a.opened_at, m.at, m.attempts
FROM hjv.alert_messages m JOIN hjv.alerts a USING (alert_id)
WHERE m.channel = %(channel)s AND m.delivered_at IS NULL AND m.next_try_at <= %(now)s AND NOT EXISTS (
    SELECT FROM hjv.alert_messages e WHERE e.alert_id = m.alert_id AND e.channel = m.channel
        AND e.delivered_at IS NULL AND e.message_id < m.message_id)
ORDER BY m.attempts, m.message_id LIMIT 1
"""

WAIT = """
UPDATE hjv.alert_messages SET attempts = attempts + 1, next_try_at = %(next)s, last_error = %(error)s
WHERE message_id = %(message_id)s
"""


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel is to say of an alert; times in UTC. `message_id` is the same when it is sent again."""

    message_id: int
    event: Event
    kind: Kind
    subject: str
    says: str
    remedy: str
    link: str
    opened_at: datetime
    at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a channel: how many messages, since when (UTC), and why the last one tried did not go."""

    channel: str
    messages: int
    since: datetime
    last_error: str | None


Channel = Callable[[Message], None]
"""Says a message. Raises `HjvError` when it could not, which may be tried again."""


def put(
    connection: psycopg.Connection, alert_id: int, channel: str, event: Event, said: Cause | Alert, now: datetime
) -> None:
    """Put a message in; part of the transaction that writes the alert."""
    connection.execute(
        PUT,
        {
            "alert_id": alert_id,
            "channel": channel,
            "event": event,
            "says": said.says,
            "remedy": said.remedy,
            "link": said.link,
            "now": now,
        },
    )


def send_due(connection: psycopg.Connection, channels: Mapping[str, Channel], now: datetime) -> dict[str, str]:
    """Send what is due, each channel until it fails; return by channel what failed.

    A process that dies between sending and noting it lets the message be sent again: it has its id.
    """
    failed: dict[str, str] = {}
    with _alone(connection) as alone:
        for name, channel in channels.items() if alone else ():
            for _ in range(MOST_IN_A_ROUND):
                message = _due(connection, name, now)
                if message is None:
                    break
                try:
                    channel(message)
                except HjvError as error:
                    failed[name] = str(error)
                    _wait(connection, message, str(error), now)
                    break
                connection.execute(
                    "UPDATE hjv.alert_messages SET delivered_at = %s WHERE message_id = %s", (now, message.message_id)
                )
    return failed


def waiting_messages(connection: psycopg.Connection) -> list[Waiting]:
    """Return what waits, by channel."""
    with connection.cursor(row_factory=class_row(Waiting)) as cursor:
        return cursor.execute(
            "SELECT channel, count(*) AS messages, min(at) AS since, max(last_error) AS last_error "
            "FROM hjv.alert_messages WHERE delivered_at IS NULL GROUP BY channel ORDER BY channel"
        ).fetchall()


def _due(connection: psycopg.Connection, channel: str, now: datetime) -> Message | None:
    with connection.cursor(row_factory=class_row(Message)) as cursor:
        return cursor.execute(DUE, {"channel": channel, "now": now}).fetchone()


def _wait(connection: psycopg.Connection, message: Message, error: str, now: datetime) -> None:
    doublings = min(message.attempts, 10)  # by then the longest wait is reached
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2**doublings)
    connection.execute(WAIT, {"message_id": message.message_id, "next": now + wait, "error": error})


@contextmanager
def _alone(connection: psycopg.Connection) -> Iterator[bool]:
    """Tell whether nobody else sends; nobody else will until the block ends."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (SENDING_LOCK,)).fetchone()
    alone = row == (True,)
    try:
        yield alone
    finally:
        if alone:
            connection.execute("SELECT pg_advisory_unlock(%s)", (SENDING_LOCK,))
