"""Dagster's figures, where its tables stand in the same database: runs that wait or work, and daemons that live.

They are read from its tables, since a server of ours loads no Dagster. Here: the queries. Not here: what failed
(`alerts/` tells it).
"""

from collections.abc import Iterator

import psycopg
from prometheus_client.core import GaugeMetricFamily, Metric

IS_HERE = "SELECT to_regclass('public.runs') IS NOT NULL AND to_regclass('public.daemon_heartbeats') IS NOT NULL"

RUNS = """
SELECT status, count(*) FROM public.runs WHERE status NOT IN ('SUCCESS', 'FAILURE', 'CANCELED')
GROUP BY status ORDER BY status
"""

# Dagster writes UTC without saying so.
HEARTBEATS = """
SELECT daemon_type, extract(epoch FROM max(timestamp) AT TIME ZONE 'UTC') FROM public.daemon_heartbeats
GROUP BY daemon_type ORDER BY daemon_type
"""


def dagster_figures(connection: psycopg.Connection) -> Iterator[Metric]:
    """Give the figures; none where Dagster keeps its tables elsewhere."""
    if connection.execute(IS_HERE).fetchone() != (True,):
        return
    runs = GaugeMetricFamily("hjv_dagster_runs", "Runs that wait or work.", labels=("status",))
    for status, number in connection.execute(RUNS):
        runs.add_metric((status.lower(),), number)
    beats = GaugeMetricFamily(
        "hjv_dagster_heartbeat_timestamp_seconds",
        "When a daemon of Dagster last said that it lives.",
        labels=("daemon",),
    )
    for daemon, at in connection.execute(HEARTBEATS):
        beats.add_metric((daemon.lower(),), float(at))
    yield from (runs, beats)
