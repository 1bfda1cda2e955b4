"""Hints that a person gives: units to be read again now, from sources that need not have told of them.

Here: giving them. Not here: every other hint (`arrivals.py`), and waiting for what becomes of them
(`notifications/refresh.py`).
"""

from collections.abc import Iterable
from datetime import datetime

import psycopg

from hjv_pipelines.store.inbox.arrivals import add_hints
from hjv_pipelines.store.inbox.batches import take_turns

DUE_NOW = """
UPDATE hjv.hints SET next_try_at = least(next_try_at, %(now)s)
WHERE source = %(source)s AND hsa_id = ANY(%(hsa_ids)s) AND state = 'waiting'
"""


def ask_for(
    connection: psycopg.Connection, sources: Iterable[str], hsa_ids: Iterable[str], now: datetime
) -> dict[str, tuple[int, ...]]:
    """Let each of `sources` be asked about the units `hsa_ids`, in one transaction; return the hints' ids by source.

    Where a unit waits for its next try after a failure, that is made at once: a person has asked.
    """
    units = tuple(hsa_ids)
    with connection.transaction():
        take_turns(connection)
        hints = {}
        for source in sources:
            connection.execute(DUE_NOW, {"source": source, "hsa_ids": list(units), "now": now})
            hints[source] = add_hints(connection, source, units, "operator", now)
    return hints
