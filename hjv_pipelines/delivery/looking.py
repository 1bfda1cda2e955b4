"""Looking at the store: what was published, and whether a token was revoked, since the look before.

Here: the look, one cheap query. Not here: when it is looked (`bell.py`), and what follows of it (`memory.py`).
"""

from time import monotonic

import psycopg

from hjv_pipelines.delivery.memory import Memory, Sight

_MOST_NAMED = 2000
"""More changed units than these are not named: after a national publication everything is forgotten."""

_LOOK = """
SELECT feed_id::text, position, forgotten, (SELECT count(revoked_at) FROM hjv.consumers), ARRAY(
    SELECT hsa_id FROM hjv.feed WHERE feed.position > %(known)s ORDER BY feed.position LIMIT %(most)s
) FROM hjv.feed_head
"""


async def look(connection: psycopg.AsyncConnection, memory: Memory) -> None:
    """Let the memory see how the store stands now."""
    asked_at = monotonic()
    cursor = await connection.execute(_LOOK, {"known": memory.head, "most": _MOST_NAMED + 1})
    feed_id, head, forgotten, revoked, changed = await cursor.fetchone() or ("", 0, 0, 0, [])
    named = tuple(changed) if len(changed) <= _MOST_NAMED else None
    memory.see(Sight(feed_id, head, forgotten, revoked, named), asked_at)
