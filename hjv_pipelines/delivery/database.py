"""The delivery's connections: a few, kept open, and able to read only.

Here: the pools and their bounds. Not here: where the database is (`store/database.py`).
"""

from contextlib import AbstractContextManager

import psycopg
from psycopg_pool import ConnectionPool

_CONNECTIONS = 8
_WAITING = 200
_PATIENCE_SECONDS = 2.0
_BOUNDS = "-c default_transaction_read_only=on -c statement_timeout=10s"

_STREAMS = 4
# A consumer that stops reading must not hold a view of the store open for ever.
_STREAM_BOUNDS = f"{_BOUNDS} -c idle_in_transaction_session_timeout=60s"

Connections = ConnectionPool[psycopg.Connection]


def connections(database_url: str) -> AbstractContextManager[Connections]:
    """Give a pool of connections in autocommit mode, for answers that are short.

    A connection that cannot be had in time raises `psycopg.OperationalError`; a server that comes back is
    found again.
    """
    return _pool("delivery", database_url, _CONNECTIONS, _BOUNDS, smallest=1)


def stream_connections(database_url: str) -> AbstractContextManager[Connections]:
    """Give the connections of those who stream all cards: so few at a time, and never another answer's."""
    return _pool("delivery streams", database_url, _STREAMS, _STREAM_BOUNDS, smallest=0)


def _pool(name: str, database_url: str, largest: int, bounds: str, *, smallest: int) -> Connections:
    return ConnectionPool(
        database_url,
        kwargs={"autocommit": True, "application_name": f"hjv {name}", "connect_timeout": 3, "options": bounds},
        min_size=smallest,
        max_size=largest,
        max_waiting=_WAITING,
        timeout=_PATIENCE_SECONDS,
        check=ConnectionPool.check_connection,
        name=name,
        open=False,
    )
