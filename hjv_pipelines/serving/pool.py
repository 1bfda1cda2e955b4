"""A server's connections to the database: a few, kept open, and never waited for long.

Here: the pool. Not here: how many connections a server needs and what they may do (its own), and where the database
is (`store/database.py`).
"""

import psycopg
from psycopg_pool import ConnectionPool

_WAITING = 200
_PATIENCE_SECONDS = 2.0

Connections = ConnectionPool[psycopg.Connection]


def pool(name: str, database_url: str, largest: int, bounds: str, *, smallest: int) -> Connections:
    """Return a pool, not open yet, of connections in autocommit mode under the options `bounds`.

    A connection that cannot be had in time raises `psycopg.OperationalError`; a server that comes back is
    found again.
    """
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
