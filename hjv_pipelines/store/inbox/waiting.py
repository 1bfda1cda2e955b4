"""Waiting for hints without asking again and again: PostgreSQL tells when some come.

Here: the wait. Not here: taking them (`batches.py`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
from psycopg import sql

from hjv_pipelines.store.inbox.arrivals import CHANNEL

NEXT_DUE = """
SELECT min(due_at) FROM (
    SELECT max(next_try_at) AS due_at FROM hjv.hints
    WHERE source = ANY(%s) AND state IN ('waiting', 'reading')
    GROUP BY source, hsa_id HAVING bool_and(state = 'waiting')) units
"""


def next_due(connection: psycopg.Connection, *sources: str) -> datetime | None:
    """Return when a unit can next be handed out for one of `sources` (UTC, maybe past); None when none waits."""
    row = connection.execute(NEXT_DUE, (list(sources),)).fetchone()
    return row[0] if row else None


def newest_hint(connection: psycopg.Connection, source: str) -> int | None:
    """Return the id of the newest hint that waits for `source`; None when none does."""
    row = connection.execute(
        "SELECT max(hint_id) FROM hjv.hints WHERE source = %s AND state = 'waiting'", (source,)
    ).fetchone()
    return row[0] if row else None


def wait_for_hints(
    connection: psycopg.Connection, *sources: str, patience: timedelta, clock: Callable[[], datetime]
) -> bool:
    """Wait until a unit can be handed out for one of `sources`, at most `patience`; tell whether one can.

    The connection must be in autocommit mode, and listens to the inbox from now on.
    """
    # Listen before looking: what comes between the two is heard.
    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
    until = clock() + patience
    while True:
        due, now = next_due(connection, *sources), clock()
        if due is not None and due <= now:
            return True
        if now >= until:
            return False
        wait = min(until, due or until) - now
        for _ in connection.notifies(timeout=wait.total_seconds(), stop_after=1):
            pass
