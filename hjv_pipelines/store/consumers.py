"""The consumers of the delivery: who has a token, and whose token is good.

A token is shown once, when it is made; what is kept is its hash, which nobody can ask with. Here: adding, listing,
revoking, recognising. Not here: what a token opens (`delivery/access.py`).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.failures import PermanentError

_RANDOM_BYTES = 32

ADD = "INSERT INTO hjv.consumers (name, token_hash, added_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
# Heard by deliveries, which know tokens by heart; it carries nothing, they look.
TELL_DELIVERIES = "NOTIFY hjv_consumers"
REVOKE = "UPDATE hjv.consumers SET revoked_at = %s WHERE name = %s AND revoked_at IS NULL"
RECOGNISE = "SELECT name FROM hjv.consumers WHERE token_hash = %s AND revoked_at IS NULL"
ANY = "SELECT EXISTS (SELECT 1 FROM hjv.consumers WHERE revoked_at IS NULL)"


@dataclass(frozen=True, slots=True)
class Consumer:
    """A consumer, since when it has its token, and when that was revoked if it was (UTC)."""

    name: str
    added_at: datetime
    revoked_at: datetime | None


def add_consumer(connection: psycopg.Connection, name: str, now: datetime) -> str:
    """Add a consumer and return its token. Raises `PermanentError` where the name is taken: it is never given twice."""
    token = f"hjv_{secrets.token_urlsafe(_RANDOM_BYTES)}"
    if connection.execute(ADD, (name, hash_of(token), now)).rowcount == 0:
        raise PermanentError(f"There is a consumer {name!r} already, or there was: choose another name.")
    return token


def revoke_consumer(connection: psycopg.Connection, name: str, now: datetime) -> None:
    """Let a consumer's token be good no more. Raises `PermanentError` where no such consumer has one."""
    if connection.execute(REVOKE, (now, name)).rowcount == 0:
        raise PermanentError(f"No consumer {name!r} has a token. Those that have: hjv consumer list")
    connection.execute(TELL_DELIVERIES)


def list_consumers(connection: psycopg.Connection) -> list[Consumer]:
    """Return all consumers that there are and were, by name."""
    with connection.cursor(row_factory=class_row(Consumer)) as cursor:
        return cursor.execute("SELECT name, added_at, revoked_at FROM hjv.consumers ORDER BY name").fetchall()


def consumer_of(connection: psycopg.Connection, token: str) -> str | None:
    """Return the name of the consumer whose token it is; None where it is nobody's."""
    row = connection.execute(RECOGNISE, (hash_of(token),)).fetchone()
    return str(row[0]) if row else None


def has_consumers(connection: psycopg.Connection) -> bool:
    """Tell whether any consumer has a token."""
    return connection.execute(ANY).fetchone() == (True,)


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    # So random a token needs no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode()).hexdigest()
