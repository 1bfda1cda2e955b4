"""Hints come in: of notifications, of operators, of whoever else knows that a unit must be read again.

Whoever waits for hints is woken by PostgreSQL's NOTIFY, which comes with the commit. Here: writing them. Not here:
hints that the store finds by itself (`clock.py`, `shared_texts.py`), and when a notification may be believed
(`notifications/`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import psycopg

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.store.inbox.hint import Origin

CHANNEL = "hjv_inbox"
"""PostgreSQL's channel; the payload is the hints' source."""

WAKE = "SELECT pg_notify(%(channel)s, %(source)s)"

KEEP_HINTS = """
INSERT INTO hjv.hints (source, hsa_id, origin, notification_id, received_at, committed_at, next_try_at)
SELECT %(source)s, hsa_id, %(origin)s, %(notification_id)s, %(received_at)s, %(now)s, %(now)s
FROM unnest(%(hsa_ids)s::text[]) AS told (hsa_id)
RETURNING hint_id
"""

KEEP_NOTIFICATION = """
INSERT INTO hjv.notifications
    (source, notification_id, occurred_at, received_at, committed_at, hsa_ids, unknown_hsa_ids)
SELECT %(source)s, %(notification_id)s, %(occurred_at)s, %(received_at)s, %(now)s, %(hsa_ids)s, ARRAY(
    SELECT hsa_id FROM unnest(%(hsa_ids)s::text[]) AS told (hsa_id)
    WHERE NOT EXISTS (SELECT 1 FROM hjv.documents d WHERE d.hsa_id = told.hsa_id COLLATE "C"))
ON CONFLICT DO NOTHING
RETURNING unknown_hsa_ids
"""

KNOWN_NOTIFICATION = """
SELECT committed_at, unknown_hsa_ids, occurred_at = %(occurred_at)s AND hsa_ids = %(hsa_ids)s
FROM hjv.notifications WHERE source = %(source)s AND notification_id = %(notification_id)s
"""


class AlreadyToldError(PermanentError):
    """A notification's id was used before, for something else."""


@dataclass(frozen=True, slots=True)
class Notification:
    """What a source tells: units that changed there. `hsa_ids` in their normal form, `occurred_at` in UTC.

    `notification_id` is unique within its source.
    """

    source: str
    notification_id: str
    hsa_ids: tuple[str, ...]
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """A notification that is in the inbox since `committed_at` (UTC), with the hints that it gave now.

    `unknown_hsa_ids`: units of which the store held nothing; they are read as well, for they may be new.
    `duplicate`: it was there before, and gave no new hints.
    """

    hints: int
    committed_at: datetime
    unknown_hsa_ids: tuple[str, ...]
    duplicate: bool


def accept(connection: psycopg.Connection, told: Notification, received_at: datetime, now: datetime) -> Accepted:
    """Keep a notification and a hint for each of its units, in one transaction.

    The same notification again changes nothing. Raises `AlreadyToldError` where its id stands for another one.
    """
    row = {
        "source": told.source,
        "notification_id": told.notification_id,
        "occurred_at": told.occurred_at,
        "received_at": received_at,
        "hsa_ids": sorted(set(told.hsa_ids)),
        "now": now,
    }
    with connection.transaction():
        kept = connection.execute(KEEP_NOTIFICATION, row).fetchone()
        if kept is None:
            return _told_before(connection, row)
        hints = add_hints(
            connection,
            told.source,
            told.hsa_ids,
            "notification",
            now,
            received_at=received_at,
            notification_id=told.notification_id,
        )
    return Accepted(len(hints), now, tuple(kept[0]), duplicate=False)


def add_hints(
    connection: psycopg.Connection,
    source: str,
    hsa_ids: Iterable[str],
    origin: Origin,
    now: datetime,
    *,
    received_at: datetime | None = None,
    notification_id: str | None = None,
) -> tuple[int, ...]:
    """Let `source` be asked about the units `hsa_ids` again, and wake whoever waits; return the hints' ids.

    `received_at` is when we heard of it, where that was before `now`.
    """
    row = {
        "source": source,
        "hsa_ids": sorted(set(hsa_ids)),
        "origin": origin,
        "notification_id": notification_id,
        "received_at": received_at or now,
        "now": now,
    }
    with connection.transaction():
        hints = tuple(hint_id for (hint_id,) in connection.execute(KEEP_HINTS, row))
        if hints:
            wake(connection, source)
    return hints


def wake(connection: psycopg.Connection, source: str) -> None:
    """Wake whoever waits for hints of `source`, when the transaction commits."""
    connection.execute(WAKE, {"channel": CHANNEL, "source": source})


def _told_before(connection: psycopg.Connection, row: dict[str, object]) -> Accepted:
    known = connection.execute(KNOWN_NOTIFICATION, row).fetchone()
    assert known is not None  # noqa: S101  notifications are never deleted while they arrive
    committed_at, unknown_hsa_ids, same = known
    if not same:
        raise AlreadyToldError(f"The id {row['notification_id']} stands for another notification: give each its own.")
    return Accepted(0, committed_at, tuple(unknown_hsa_ids), duplicate=True)
