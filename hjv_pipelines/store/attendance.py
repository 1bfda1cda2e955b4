"""Who is there: whoever works holds a lock in the database while it lives, and every machine can ask about it.

PostgreSQL gives a lock back when its holder's connection ends, whatever ended it. A broker knows what waits in it, and
not every broker knows who listens; Celery knows of a killed child, and of nothing more. Here: the locks, from both
sides, and what they are called. Not here: who holds them (`orchestration/attending.py`, `orchestration/presence.py`).
"""

import psycopg

_HOLD = "SELECT pg_advisory_lock_shared(hashtextextended('hjv ' || %s, 0))"
_NOBODY_HOLDS = "SELECT pg_try_advisory_xact_lock(hashtextextended('hjv ' || %s, 0))"


def attending(queue: str) -> str:
    """Return the name of the lock that tells of a worker that takes runs from `queue`; many may hold it."""
    return f"worker {queue}"


def working_on(run_id: str) -> str:
    """Return the name of the lock that tells of the process that runs a run."""
    return f"run {run_id}"


def hold(connection: psycopg.Connection, lock: str) -> None:
    """Hold a lock for as long as `connection` lives; others may hold it too."""
    connection.execute(_HOLD, (lock,))


def is_held(connection: psycopg.Connection, lock: str) -> bool:
    """Return whether anybody holds a lock."""
    return connection.execute(_NOBODY_HOLDS, (lock,)).fetchone() != (True,)
