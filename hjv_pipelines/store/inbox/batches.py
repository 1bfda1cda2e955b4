"""Batches: units are handed out to be read, begun by a run, and finished.

Many hints of one unit are one read, and no unit is in two batches of one source at a time: a hint that comes during
a read waits, and causes another. A batch is held for a lease; whoever dies with it gives it back by saying nothing.
All that moves hints between states takes turns (`take_turns`): rows locked one by one could not keep two batches from
sharing a unit. New hints never wait for that. Here: the way of a batch that goes well. Not here: failures
(`troubles.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.store.inbox.arrivals import CHANNEL
from hjv_pipelines.store.inbox.hint import COLUMNS, Hint

COURTESY = timedelta(seconds=10)
"""For so long a try, units that failed let others go first: never in the way, never forgotten."""

PARTS = 8
"""Units whose last read failed are read again apart from the others, an eighth of them at a time: one that spoils
every batch is alone after three tries, and an outage of the source does not end in thousands of runs.
"""

TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('hjv inbox', 0))"

HAND_OUT = """
WITH units AS (
    SELECT hsa_id, max(attempts) AS attempts, max(next_try_at) AS due_at, bool_or(state = 'reading') AS being_read
    FROM hjv.hints WHERE source = %(source)s AND state IN ('waiting', 'reading') GROUP BY hsa_id
), due AS (
    SELECT hsa_id, attempts, due_at FROM units WHERE NOT being_read AND due_at <= %(now)s
), turn AS (
    SELECT attempts, CASE attempts WHEN 0 THEN %(limit)s ELSE least(%(limit)s, greatest(1,
        (SELECT count(*) FROM units alike WHERE alike.attempts = due.attempts) / %(parts)s)) END AS size
    FROM due ORDER BY due_at + attempts * %(courtesy)s, attempts LIMIT 1
), chosen AS (
    SELECT hsa_id FROM due WHERE attempts = (SELECT attempts FROM turn)
    ORDER BY due_at, hsa_id LIMIT (SELECT size FROM turn)
)
UPDATE hjv.hints h SET state = 'reading', batch_id = %(batch_id)s, run_id = NULL, taken_at = %(now)s,
    held_until = %(held_until)s
WHERE h.source = %(source)s AND h.state = 'waiting' AND h.hsa_id = ANY(ARRAY(SELECT hsa_id FROM chosen))
RETURNING h.hsa_id, h.attempts
"""

BEGIN = """
UPDATE hjv.hints SET run_id = %(run_id)s, held_until = %(held_until)s
WHERE batch_id = %(batch_id)s AND state = 'reading' AND coalesce(run_id, %(run_id)s) = %(run_id)s
RETURNING source, hsa_id, attempts
"""

TAKE_ALONG = """
UPDATE hjv.hints SET state = 'reading', batch_id = %(batch_id)s, run_id = %(run_id)s, taken_at = %(now)s,
    held_until = %(held_until)s
WHERE source = %(source)s AND state = 'waiting' AND hsa_id = ANY(%(hsa_ids)s)
RETURNING hsa_id
"""

HOLD = "UPDATE hjv.hints SET held_until = %s WHERE batch_id = %s AND state = 'reading' RETURNING hint_id"

FINISH = f"""
UPDATE hjv.hints h SET state = 'done', read_at = %(read_at)s, published_at = %(published_at)s, held_until = NULL
WHERE h.batch_id = %(batch_id)s AND h.state = 'reading' RETURNING {COLUMNS}
"""  # noqa: S608  our own words

# Named one by one: a storm comes before PostgreSQL's statistics of it, and a join would be planned for an empty inbox.
WAKE_FOR_THE_NEXT = """
SELECT pg_notify(%(channel)s, %(source)s) WHERE EXISTS (
    SELECT FROM hjv.hints WHERE source = %(source)s AND hsa_id = ANY(%(hsa_ids)s) AND state = 'waiting')
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Units that one run reads together from `source`, for `hints` hints.

    `attempts` says how many reads of them failed before.
    """

    batch_id: str
    source: str
    hsa_ids: tuple[str, ...]
    hints: int
    attempts: int


def hand_out(connection: psycopg.Connection, source: str, limit: int, now: datetime, lease: timedelta) -> Batch | None:
    """Take up to `limit` units that are due at `now`, with all their waiting hints; None when none is.

    A unit waits while another batch reads it, and after a failure until its time comes. Unless a run begins the
    batch within `lease`, it counts as given back (`troubles.return_expired`).
    """
    batch_id = f"{source}-{uuid4().hex[:12]}"
    asked = {
        "source": source,
        "limit": limit,
        "parts": PARTS,
        "courtesy": COURTESY,
        "batch_id": batch_id,
        "now": now,
        "held_until": now + lease,
    }
    with connection.transaction():
        take_turns(connection)
        taken = connection.execute(HAND_OUT, asked).fetchall()
    return _batch(batch_id, source, taken) if taken else None


def begin(connection: psycopg.Connection, batch_id: str, run_id: str, now: datetime, lease: timedelta) -> Batch | None:
    """Let the run `run_id` read a batch, and hold it for `lease`; None when there is nothing to do for it.

    That is so when the batch was given back meanwhile, was finished, or is another run's. Hints that came since it
    was handed out are answered by the same read, which only begins now. The same run may begin again.
    """
    asked = {"batch_id": batch_id, "run_id": run_id, "now": now, "held_until": now + lease}
    with connection.transaction():
        take_turns(connection)
        held = connection.execute(BEGIN, asked).fetchall()
        if not held:
            return None
        source = held[0][0]
        taken = [(hsa_id, attempts) for _, hsa_id, attempts in held]
        along = {**asked, "source": source, "hsa_ids": [hsa_id for hsa_id, _ in taken]}
        taken += [(hsa_id, 0) for (hsa_id,) in connection.execute(TAKE_ALONG, along)]
    return _batch(batch_id, source, taken)


def hold(connection: psycopg.Connection, batch_id: str, now: datetime, lease: timedelta) -> bool:
    """Hold a batch for `lease` from `now` on, because its run still reads; False when it is no longer held."""
    return connection.execute(HOLD, (now + lease, batch_id)).fetchone() is not None


def finish(
    connection: psycopg.Connection, batch_id: str, read_at: datetime, published_at: datetime
) -> tuple[Hint, ...]:
    """Write that what a batch still holds was read and published, and return those hints.

    None when it was given back meanwhile: its units are read once more.
    """
    done = {"batch_id": batch_id, "read_at": read_at, "published_at": published_at}
    with connection.transaction():
        take_turns(connection)
        with connection.cursor(row_factory=class_row(Hint)) as cursor:
            finished = tuple(cursor.execute(FINISH, done))
        if finished:
            wake_for_the_next(connection, finished[0].source, {hint.hsa_id for hint in finished})
    return finished


def take_turns(connection: psycopg.Connection) -> None:
    """Wait until nobody else moves hints between states; until the transaction's end, nobody will."""
    connection.execute(TAKE_TURNS)


def wake_for_the_next(connection: psycopg.Connection, source: str, hsa_ids: Iterable[str]) -> None:
    """Wake whoever waits, where units that were being read of `source` have waiting hints."""
    connection.execute(WAKE_FOR_THE_NEXT, {"channel": CHANNEL, "source": source, "hsa_ids": list(hsa_ids)})


def _batch(batch_id: str, source: str, taken: list[tuple[str, int]]) -> Batch:
    return Batch(
        batch_id=batch_id,
        source=source,
        hsa_ids=tuple(sorted({hsa_id for hsa_id, _ in taken})),
        hints=len(taken),
        attempts=max(attempts for _, attempts in taken),
    )
