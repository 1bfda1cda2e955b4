"""Who drains the inbox: at most one at a time for each source, so that the source's pace is kept.

PostgreSQL holds the drainer's lock for as long as its connection lives: when its process dies, the next can begin at
once. Here: the lock, and taking over what a dead drainer had begun. Not here: the draining (`notifications/drain.py`).
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from random import Random

import psycopg

from hjv_pipelines.store.inbox.batches import take_turns
from hjv_pipelines.store.inbox.troubles import return_expired

TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('hjv drain ' || %s, 0))"
UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('hjv drain ' || %s, 0))"

LET_GO = "UPDATE hjv.hints SET held_until = %(now)s WHERE source = %(source)s AND state = 'reading'"


@contextmanager
def sole_drainer(connection: psycopg.Connection, source: str) -> Generator[bool]:
    """Give whether this connection is the only one that drains `source`, which then nobody else can be meanwhile."""
    alone = connection.execute(TRY_LOCK, (source,)).fetchone() == (True,)
    try:
        yield alone
    finally:
        if alone and not connection.closed:
            connection.execute(UNLOCK, (source,))


def take_over(connection: psycopg.Connection, source: str, now: datetime, rng: Random) -> tuple[str, ...]:
    """Give back what is being read of `source`, and return the batches; only its sole drainer may do so.

    Whoever began them is dead, since it holds the lock no more.
    """
    with connection.transaction():
        take_turns(connection)
        connection.execute(LET_GO, {"source": source, "now": now})
    return return_expired(connection, now, rng)
