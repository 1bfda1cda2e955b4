"""What becomes of hints whose read failed, or whose run died: tried again, a bounded number of times; then set aside.

A hint that is set aside says why, and waits for an operator (`selection.py`). Here: that. Not here: how long the
next try waits (`back_off.py`), and in which company it is made (`batches.py`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

import psycopg

from hjv_pipelines.failures import HjvError, PermanentError, TransientError
from hjv_pipelines.store.inbox.back_off import MOST_ATTEMPTS, wait_after
from hjv_pipelines.store.inbox.batches import take_turns, wake_for_the_next

HELD = """
SELECT source, hsa_id, attempts FROM hjv.hints
WHERE batch_id = %s AND state = 'reading' AND (%s::text[] IS NULL OR hsa_id = ANY(%s))
"""

SET_ASIDE = """
UPDATE hjv.hints SET state = 'set_aside', attempts = attempts + 1, last_error = %(error)s, held_until = NULL
WHERE batch_id = %(batch_id)s AND state = 'reading' AND hsa_id = ANY(%(hsa_ids)s)
"""

TRY_LATER = """
UPDATE hjv.hints SET attempts = attempts + 1, last_error = %(error)s, held_until = NULL, next_try_at = %(next_try_at)s,
    state = CASE WHEN attempts + 1 < %(most_attempts)s THEN 'waiting' ELSE 'set_aside' END
WHERE batch_id = %(batch_id)s AND state = 'reading' AND hsa_id = ANY(%(hsa_ids)s)
"""

EXPIRED = """
SELECT batch_id, run_id, source, array_agg(DISTINCT hsa_id) FROM hjv.hints
WHERE state = 'reading' AND held_until <= %s GROUP BY batch_id, run_id, source
"""

NEVER_BEGUN = "UPDATE hjv.hints SET state = 'waiting', held_until = NULL WHERE batch_id = %s AND state = 'reading'"


def fail(
    connection: psycopg.Connection,
    batch_id: str,
    error: HjvError,
    now: datetime,
    rng: Random,
    *,
    hsa_ids: Sequence[str] | None = None,
    most_attempts: int = MOST_ATTEMPTS,
) -> None:
    """Write that a batch failed with `error`, or those of its units that are known to be at fault (`hsa_ids`).

    The rest of the batch stays held, to be finished or failed. A unit that failed by itself with a `PermanentError`
    is set aside at once; in company it is tried again, since any of them may be at fault. The wait that a
    `TransientError` asks for is kept.
    """
    with connection.transaction():
        take_turns(connection)
        failed = connection.execute(HELD, (batch_id, _listed(hsa_ids), _listed(hsa_ids))).fetchall()
        if not failed:
            return
        source, units = failed[0][0], {hsa_id for _, hsa_id, _ in failed}
        if isinstance(error, PermanentError) and (hsa_ids is not None or len(units) == 1):
            told = {"batch_id": batch_id, "error": str(error), "hsa_ids": list(units)}
            connection.execute(SET_ASIDE, told)
        else:
            attempts = 1 + max(attempts for _, _, attempts in failed)
            wait = max(wait_after(attempts, rng), _asked_wait(error))
            _try_later(connection, batch_id, units, str(error), now + wait, most_attempts)
        wake_for_the_next(connection, source, units)


def return_expired(
    connection: psycopg.Connection, now: datetime, rng: Random, most_attempts: int = MOST_ATTEMPTS
) -> tuple[str, ...]:
    """Give back every batch that nobody holds any more at `now`, and return their ids.

    One that no run began waits as before. One whose run fell silent has failed once more, for a unit may be what
    kills the run that reads it. It waits as after a first failure, however often: a death says nothing of the
    source, which a longer wait would spare.
    """
    with connection.transaction():
        take_turns(connection)
        expired = connection.execute(EXPIRED, (now,)).fetchall()
        for batch_id, run_id, source, units in expired:
            if run_id is None:
                connection.execute(NEVER_BEGUN, (batch_id,))
            else:
                error = f"The run {run_id} ended without a word."
                _try_later(connection, batch_id, units, error, now + wait_after(1, rng), most_attempts)
            wake_for_the_next(connection, source, units)
    return tuple(batch_id for batch_id, *_ in expired)


def _try_later(
    connection: psycopg.Connection,
    batch_id: str,
    hsa_ids: Iterable[str],
    error: str,
    at: datetime,
    most_attempts: int,
) -> None:
    told = {
        "batch_id": batch_id,
        "hsa_ids": list(hsa_ids),
        "error": error,
        "next_try_at": at,
        "most_attempts": most_attempts,
    }
    connection.execute(TRY_LATER, told)


def _asked_wait(error: HjvError) -> timedelta:
    asked = error.retry_after if isinstance(error, TransientError) else None
    return asked or timedelta()


def _listed(hsa_ids: Sequence[str] | None) -> list[str] | None:
    return None if hsa_ids is None else list(hsa_ids)
