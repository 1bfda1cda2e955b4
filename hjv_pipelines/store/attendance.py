"""Which queues of runs have a worker: it holds a lock for each of its queues in the database while it lives.

A broker knows what waits in it, and not every broker knows who listens. PostgreSQL gives a lock back when its holder's
connection ends, whatever ended it, so that every machine can tell. Here: the lock, from both sides. Not here: the
worker that holds it (`orchestration/attending.py`), and a run's own lock (`orchestration/presence.py`).
"""

from collections.abc import Iterable

import psycopg

_HOLD = "SELECT pg_advisory_lock_shared(hashtextextended('hjv worker ' || %s, 0))"
_NOBODY_HOLDS = "SELECT pg_try_advisory_xact_lock(hashtextextended('hjv worker ' || %s, 0))"


def attend(connection: psycopg.Connection, queues: Iterable[str]) -> None:
    """Hold the locks of these queues for as long as `connection` lives; others may hold them too."""
    for queue in queues:
        connection.execute(_HOLD, (queue,))


def is_attended(connection: psycopg.Connection, queue: str) -> bool:
    """Return whether any worker attends a queue."""
    return connection.execute(_NOBODY_HOLDS, (queue,)).fetchone() != (True,)
