"""Looking into the inbox, and letting hints be read once more: what an operator does.

Here: choosing hints by id, unit, source, state and time. Not here: figures about all of them (`figures.py`).
"""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.store.inbox.arrivals import wake
from hjv_pipelines.store.inbox.batches import take_turns
from hjv_pipelines.store.inbox.hint import COLUMNS, Hint, State

CHOSEN = """
(%(hint_ids)s::bigint[] = '{}' OR h.hint_id = ANY(%(hint_ids)s))
AND (%(hsa_ids)s::text[] = '{}' OR h.hsa_id = ANY(%(hsa_ids)s))
AND (%(sources)s::text[] = '{}' OR h.source = ANY(%(sources)s))
AND (%(states)s::text[] = '{}' OR h.state = ANY(%(states)s))
AND (%(since)s::timestamptz IS NULL OR h.received_at >= %(since)s)
AND (%(until)s::timestamptz IS NULL OR h.received_at < %(until)s)
"""

REPLAYABLE = f"{CHOSEN} AND h.state IN ('set_aside', 'done')"

LIST = f"SELECT {COLUMNS} FROM hjv.hints h WHERE {CHOSEN} ORDER BY h.hint_id DESC LIMIT %(limit)s"  # noqa: S608  our own words

REPLAY = f"""
UPDATE hjv.hints h SET state = 'waiting', attempts = 0, next_try_at = %(now)s, replayed_at = %(now)s,
    taken_at = NULL, read_at = NULL, published_at = NULL
WHERE {REPLAYABLE} RETURNING h.source
"""  # noqa: S608  our own words

COUNT = f"SELECT count(*) FROM hjv.hints h WHERE {REPLAYABLE}"  # noqa: S608  our own words


@dataclass(frozen=True, slots=True)
class Selection:
    """Hints that have all of the named properties; an empty one names nothing.

    `since` and `until` bound when they were received (aware): from the first on, before the second.
    """

    hint_ids: tuple[int, ...] = ()
    hsa_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    def parameters(self) -> dict[str, object]:
        """Return it as the queries name it."""
        return {
            "hint_ids": list(self.hint_ids),
            "hsa_ids": list(self.hsa_ids),
            "sources": list(self.sources),
            "states": list(self.states),
            "since": self.since,
            "until": self.until,
        }


def chosen_hints(connection: psycopg.Connection, selection: Selection, limit: int) -> list[Hint]:
    """Return the newest `limit` hints of `selection`, newest first."""
    with connection.cursor(row_factory=class_row(Hint)) as cursor:
        return cursor.execute(LIST, {**selection.parameters(), "limit": limit}).fetchall()


def count_replayable(connection: psycopg.Connection, selection: Selection) -> int:
    """Return how many hints `replay` would let wait again; nothing is changed."""
    row = connection.execute(COUNT, selection.parameters()).fetchone()
    return int(row[0]) if row else 0


def replay(connection: psycopg.Connection, selection: Selection, now: datetime) -> int:
    """Let the hints of `selection` that were set aside or done wait again, all their attempts before them.

    Returns how many.
    """
    with connection.transaction():
        take_turns(connection)
        sources = [source for (source,) in connection.execute(REPLAY, {**selection.parameters(), "now": now})]
        for source in sorted(set(sources)):
            wake(connection, source)
    return len(sources)
