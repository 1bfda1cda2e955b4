"""The delivery's connections: a few, kept open, and able to read only.

Here: the pool and its bounds. Not here: where the database is (`store/database.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg_pool import ConnectionPool

from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import database

_CONNECTIONS = 8
_WAITING = 200
_PATIENCE_SECONDS = 2.0
_BOUNDS = "-c default_transaction_read_only=on -c statement_timeout=10s"

Connections = ConnectionPool[psycopg.Connection]


@contextmanager
def connections(settings: Settings) -> Iterator[Connections]:
    """Give a pool of connections in autocommit mode.

    A connection that cannot be had in time raises `psycopg.OperationalError`; a server that comes back is
    found again.
    """
    with (
        database(settings) as url,
        ConnectionPool(
            url,
            kwargs={
                "autocommit": True,
                "application_name": "hjv delivery",
                "connect_timeout": 3,
                "options": _BOUNDS,
            },
            min_size=1,
            max_size=_CONNECTIONS,
            max_waiting=_WAITING,
            timeout=_PATIENCE_SECONDS,
            check=ConnectionPool.check_connection,
            name="delivery",
            open=False,
        ) as pool,
    ):
        yield pool
