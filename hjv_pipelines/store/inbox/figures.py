"""How the inbox fares: how much waits, and how fast a notified change is published.

Here: the queries. Not here: what is good enough (`orchestration/`).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.store.inbox.hint import Origin, State

DEPTH = """
SELECT source, state, count(*) AS hints, count(DISTINCT hsa_id) AS units, min(received_at) AS oldest
FROM hjv.hints WHERE state <> 'done' GROUP BY source, state ORDER BY source, state
"""

LATENCY = """
WITH stages AS (
    SELECT source, origin,
        1000 * extract(epoch FROM committed_at - received_at) AS committing,
        1000 * extract(epoch FROM read_at - committed_at) AS reading,
        1000 * extract(epoch FROM published_at - read_at) AS publishing,
        1000 * extract(epoch FROM published_at - received_at) AS altogether
    FROM hjv.hints
    WHERE state = 'done' AND replayed_at IS NULL AND published_at >= %(since)s AND published_at < %(until)s
)
SELECT source, origin, count(*) AS hints,
    percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY committing::float8) AS committed,
    percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY reading::float8) AS read,
    percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY publishing::float8) AS published,
    percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY altogether::float8) AS altogether
FROM stages GROUP BY source, origin ORDER BY source, origin
"""

SPREAD = """
SELECT source, origin,
    width_bucket(extract(epoch FROM published_at - received_at)::float8, %(bounds)s::float8[]) AS place,
    count(*)
FROM hjv.hints
WHERE state = 'done' AND replayed_at IS NULL AND published_at >= %(since)s AND published_at < %(until)s
GROUP BY source, origin, place ORDER BY source, origin
"""


@dataclass(frozen=True, slots=True)
class Depth:
    """How many hints, on how many units, are in `state`, and when the oldest of them was received (UTC)."""

    source: str
    state: State
    hints: int
    units: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Percentiles:
    """A duration in milliseconds: its median, and what 19 of 20 do not exceed."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Latency:
    """How long the hints of one source and origin took: received → committed → read → published, and `altogether`."""

    source: str
    origin: Origin
    hints: int
    committed: Percentiles
    read: Percentiles
    published: Percentiles
    altogether: Percentiles


@dataclass(frozen=True, slots=True)
class Spread:
    """How many hints of one source and origin were published within each of some durations, and longer than all.

    `within` has one number more than there are durations; each counts what no shorter one does.
    """

    source: str
    origin: Origin
    within: tuple[int, ...]


def depth(connection: psycopg.Connection) -> list[Depth]:
    """Return what is in the inbox and not done, by source and state."""
    with connection.cursor(row_factory=class_row(Depth)) as cursor:
        return cursor.execute(DEPTH).fetchall()


def latency(connection: psycopg.Connection, since: datetime, until: datetime) -> list[Latency]:
    """Return how long hints took that were published from `since` on and before `until`, without replayed ones."""
    rows = connection.execute(LATENCY, {"since": since, "until": until}).fetchall()
    return [
        Latency(source, origin, hints, *(Percentiles(*pair) for pair in pairs))
        for source, origin, hints, *pairs in rows
    ]


def spread(
    connection: psycopg.Connection, since: datetime, until: datetime, bounds: Sequence[timedelta]
) -> list[Spread]:
    """Return how the hints of `latency` spread over the durations between `bounds`, which ascend."""
    told = {"since": since, "until": until, "bounds": [bound.total_seconds() for bound in bounds]}
    found: dict[tuple[str, Origin], Counter[int]] = {}
    for source, origin, place, hints in connection.execute(SPREAD, told):
        found.setdefault((source, origin), Counter())[place] = hints
    return [
        Spread(*told_by, tuple(hints[place] for place in range(len(bounds) + 1))) for told_by, hints in found.items()
    ]
