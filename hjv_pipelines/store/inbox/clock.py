"""The clock's own hints (rule 7): a card's start or end date, notice or dated hours begin or end at a known moment.

No source is read for those: their source is `cards`, and the publication makes the flip. Here: cards whose moment
has come, and when the next one comes. Not here: which moments a card has (`cards/changes.py`).
"""

from datetime import datetime

import psycopg

from hjv_pipelines.store.inbox.arrivals import wake
from hjv_pipelines.store.inbox.batches import take_turns
from hjv_pipelines.store.inbox.hint import CARDS

ADD_CLOCK_HINTS = """
-- received_at is the moment that passed. One hint a moment; where a finished one changed nothing (a clock that runs
-- late, a publication held back), another a minute later.
INSERT INTO hjv.hints (source, hsa_id, origin, received_at, committed_at, next_try_at)
SELECT %(source)s, c.hsa_id, 'clock', c.next_change, %(now)s, %(now)s
FROM hjv.cards c
WHERE c.next_change <= %(now)s AND NOT EXISTS (
    SELECT 1 FROM hjv.hints h
    WHERE h.origin = 'clock' AND h.hsa_id = c.hsa_id AND (h.state = 'waiting' OR h.received_at = c.next_change
        AND (h.state <> 'done' OR h.published_at > %(now)s - interval '1 minute')))
RETURNING hint_id
"""

NEXT_MOMENT = "SELECT min(next_change) FROM hjv.cards WHERE next_change > %s"


def add_clock_hints(connection: psycopg.Connection, now: datetime) -> int:
    """Give a hint for each card whose moment has come at `now`, at most one waiting for a unit; return how many."""
    with connection.transaction():
        take_turns(connection)
        added = len(connection.execute(ADD_CLOCK_HINTS, {"source": CARDS, "now": now}).fetchall())
        if added:
            wake(connection, CARDS)
    return added


def next_clock_moment(connection: psycopg.Connection, now: datetime) -> datetime | None:
    """Return the first moment after `now` (UTC) at which the clock changes a card; None when it never does."""
    row = connection.execute(NEXT_MOMENT, (now,)).fetchone()
    return row[0] if row else None
