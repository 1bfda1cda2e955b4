"""When the figures are read: at a scrape, and at most once in so many seconds, however many ask.

Here: the collector that Prometheus' client asks. Not here: what is read (`store_figures.py` and its neighbours).
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from threading import Lock

import psycopg
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hjv_pipelines.serving.pool import Connections
from hjv_pipelines.settings import Settings
from hjv_pipelines.watching.dagster_figures import dagster_figures
from hjv_pipelines.watching.machine_figures import machine_figures
from hjv_pipelines.watching.store_figures import store_figures

logger = logging.getLogger(__name__)

KEPT = timedelta(seconds=10)
"""A scrape that comes sooner is told the same again."""


class FigureCollector(Collector):
    """Reads the figures over one of a server's own `connections`; where the database is silent, it says that."""

    def __init__(
        self, connections: Callable[[], Connections], settings: Settings, clock: Callable[[], datetime]
    ) -> None:
        self._connections = connections
        self._settings = settings
        self._clock = clock
        self._one_at_a_time = Lock()
        self._told: tuple[Metric, ...] = ()
        self._told_at: datetime | None = None

    def describe(self) -> Iterable[Metric]:
        """Return nothing: what is there is known when it is read."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Return the figures, read now or a few seconds ago."""
        with self._one_at_a_time:
            now = self._clock()
            if self._told_at is None or not timedelta(0) <= now - self._told_at < KEPT:
                self._told, self._told_at = self._read(now), now
            return self._told

    def _read(self, now: datetime) -> tuple[Metric, ...]:
        try:
            with self._connections().connection() as connection, connection.transaction():
                read = (*store_figures(connection, self._settings, now), *dagster_figures(connection))
        except psycopg.Error as error:  # also of a pool that has no connection
            logger.warning("The store's figures cannot be read: %s", str(error).partition("\n")[0])
            return (_up(0), *machine_figures(self._settings))
        return (_up(1), *read, *machine_figures(self._settings))


def _up(value: int) -> Metric:
    return GaugeMetricFamily("hjv_database_up", "Whether the database answers.", value)
