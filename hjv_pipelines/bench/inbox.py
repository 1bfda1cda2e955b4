"""The inbox: batches of units are handed out, begun and finished, while more and more hints wait.

Everybody who moves hints waits meanwhile, so that this bounds how many units can be told of a second. Here: that, with
nobody reading. Not here: the reading (`notifications.py`), and how hints come in (`receiver.py`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

import psycopg

from hjv_pipelines.bench.figure import Figure
from hjv_pipelines.bench.stopwatch import seconds
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.notifications.batch_size import MOST
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.inbox.batches import begin, finish, hand_out

_WAITING = {"small": (1_000, 10_000), "national": (10_000, 100_000, 1_000_000)}
_LEASE = timedelta(hours=1)
_FILL = """
INSERT INTO hjv.hints (source, hsa_id, origin, received_at, committed_at, next_try_at)
SELECT 'hsa', 'SE2321000016-' || known.hints + number, 'notification', %(now)s, %(now)s, %(now)s
FROM (SELECT count(*) AS hints, count(*) FILTER (WHERE state = 'waiting') AS waiting FROM hjv.hints) AS known,
    generate_series(1, %(waiting)s - known.waiting) AS number
"""


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the time of a batch's way through the inbox, by how many units wait."""
    with workshop.copy_of(workshop.migrated) as url, connect(url) as connection:
        for waiting in _WAITING[workshop.size]:
            taken = []
            for _ in workshop.rounds(f"A batch through an inbox of {waiting:,} units"):
                connection.execute(_FILL, {"now": datetime.now(UTC), "waiting": waiting})
                connection.execute("VACUUM ANALYZE hjv.hints")
                taken.append(seconds(partial(_go_through, connection)))
            yield Figure(f"a batch of {MOST} units, {waiting:,} waiting", 1000 * median(taken), "ms")


def _go_through(connection: psycopg.Connection) -> None:
    now = datetime.now(UTC)
    batch = hand_out(connection, "hsa", MOST, now, _LEASE)
    assert batch is not None  # noqa: S101  more wait than are taken
    begin(connection, batch.batch_id, "bench", now, _LEASE)
    finish(connection, batch.batch_id, now, now)
