"""The guard's question before a complete snapshot is merged: which regions' parts of it are too poor to believe.

Here: what the store held and accepted, laid beside what is staged, and the three answers that a merge may be given:
the thresholds', "nothing" and "everything" (a plan). Not here: the judgement (`judgement.py`), and keeping what is
held back (`holds.py`).
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import groupby
from operator import itemgetter

import psycopg
from psycopg.types.json import Jsonb

from hjv_pipelines.store.guard.judgement import Breach, Thresholds, Turnover, breaches
from hjv_pipelines.store.guard.measures import Measures, Tally, best
from hjv_pipelines.store.told import Told

REMEMBERED = timedelta(days=7)
"""So far back reaches the best that a snapshot is judged against."""

Guard = Callable[[psycopg.Connection, Told, Tally], Mapping[str, tuple[Breach, ...]]]
"""What names the regions to hold back of a staged snapshot, each with its breaches."""

# Units of the region, by the last word about each; what is newer than the snapshot is not its to lose.
TURNOVER = """
WITH held AS (
    SELECT e.hsa_id, e.region FROM weighed w JOIN hjv.effective_documents e USING (hsa_id)
    WHERE e.source = %(source)s AND e.coverage = %(coverage)s AND e.content_hash IS NOT NULL AND e.as_of < %(as_of)s
      AND e.region = ANY(%(regions)s)
), named AS (
    SELECT s.hsa_id, s.region FROM weighed w JOIN staged s USING (hsa_id) WHERE s.content_hash IS NOT NULL
), compared AS (
    SELECT coalesce(h.region, s.region) AS region, h.hsa_id IS NOT NULL AS held, s.hsa_id IS NOT NULL AS named,
        1 AS units
    FROM held h FULL JOIN named s ON s.hsa_id = h.hsa_id AND s.region = h.region
    WHERE h.hsa_id IS NULL OR h.hsa_id NOT IN (SELECT hsa_id FROM staged WHERE content_hash IS NULL)
    UNION ALL
    SELECT region, as_of < %(as_of)s, named, units FROM weighed WHERE hsa_id IS NULL
)
SELECT region, coalesce(sum(units) FILTER (WHERE held), 0)::bigint,
    coalesce(sum(units) FILTER (WHERE held AND NOT named), 0)::bigint,
    coalesce(sum(units) FILTER (WHERE named AND NOT held), 0)::bigint
FROM compared WHERE region = ANY(%(regions)s) GROUP BY region
"""

# An operator who allows a large loss sets a new height: what was before it counts no more.
RECENT = """
SELECT m.region, m.measured FROM hjv.measures m
WHERE m.source = %(source)s AND m.region = ANY(%(regions)s) AND m.as_of < %(as_of)s AND (
    m.as_of >= greatest(%(since)s, (
        SELECT max(h.as_of) FROM hjv.holds h WHERE h.source = m.source AND h.region = m.region AND h.state = 'allowed'))
    OR m.as_of = (SELECT max(l.as_of) FROM hjv.measures l
                  WHERE l.source = m.source AND l.region = m.region AND l.as_of < %(as_of)s))
ORDER BY m.region, m.as_of DESC
"""

# What units that another region's hold took along had counted here was not accepted.
KEEP = """
INSERT INTO hjv.measures (source, region, as_of, measured)
SELECT %(source)s, %(region)s, %(as_of)s, %(measured)s WHERE %(region)s NOT IN (SELECT region FROM aside)
ON CONFLICT (source, region, as_of) DO UPDATE SET measured = excluded.measured
"""


def nothing_held(_connection: psycopg.Connection, _told: Told, _tally: Tally) -> Mapping[str, tuple[Breach, ...]]:
    """Hold nothing back."""
    return {}


def everything_held(_connection: psycopg.Connection, told: Told, tally: Tally) -> Mapping[str, tuple[Breach, ...]]:
    """Hold every region back, so that its plan can be looked at and applied."""
    return {region: (Breach("planned", "", 0, tally.measures(region).units),) for region in told["regions"]}


def guard_with(thresholds: Mapping[str, Thresholds]) -> Guard:
    """Return the guard that holds back the regions which pass any of their source's `thresholds`."""

    def guard(connection: psycopg.Connection, told: Told, tally: Tally) -> Mapping[str, tuple[Breach, ...]]:
        turnover = _turnover(connection, told)
        accepted, recent = _accepted(connection, told)
        judged = {
            region: breaches(
                tally.measures(region),
                turnover.get(region, Turnover()),
                accepted.get(region),
                recent.get(region, Measures()),
                thresholds[told["source"]],
            )
            for region in told["regions"]
        }
        return {region: found for region, found in judged.items() if found}

    return guard


def every(*guards: Guard) -> Guard:
    """Return the guard that holds back what any of `guards` does, for the reasons of all of them."""

    def guard(connection: psycopg.Connection, told: Told, tally: Tally) -> Mapping[str, tuple[Breach, ...]]:
        judged = [one(connection, told, tally) for one in guards]
        regions = {region: None for found in judged for region in found}
        return {region: tuple(breach for found in judged for breach in found.get(region, ())) for region in regions}

    return guard


def remember(connection: psycopg.Connection, told: Told, tally: Tally) -> None:
    """Keep the figures of the accepted regions: later snapshots are judged against them.

    Must run inside the transaction that held back the others.
    """
    with connection.cursor() as cursor:
        cursor.executemany(
            KEEP,
            [
                {**told, "region": region, "measured": Jsonb(tally.measures(region).as_json())}
                for region in told["regions"]
            ],
        )


def _turnover(connection: psycopg.Connection, told: Told) -> dict[str, Turnover]:
    return {region: Turnover(*figures) for region, *figures in connection.execute(TURNOVER, told)}


def _accepted(connection: psycopg.Connection, told: Told) -> tuple[dict[str, Measures], dict[str, Measures]]:
    """Return by region the figures of the last accepted snapshot, and the best of those that count still."""
    rows = connection.execute(RECENT, {**told, "since": told["as_of"] - REMEMBERED}).fetchall()
    accepted: dict[str, Measures] = {}
    recent: dict[str, Measures] = {}
    for region, kept in groupby(rows, key=itemgetter(0)):
        measures = [Measures.from_json(measured) for _, measured in kept]
        accepted[region], recent[region] = measures[0], best(measures)
    return accepted, recent
