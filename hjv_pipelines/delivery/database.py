"""The delivery's connections: able to read only.

Here: how many, and their bounds. Not here: the pool itself (`serving/pool.py`).
"""

from contextlib import AbstractContextManager

from hjv_pipelines.serving.pool import Connections, pool

_CONNECTIONS = 8
_BOUNDS = "-c default_transaction_read_only=on -c statement_timeout=10s"

_STREAMS = 4
# A consumer that stops reading must not hold a view of the store open for ever.
_STREAM_BOUNDS = f"{_BOUNDS} -c idle_in_transaction_session_timeout=60s"


def connections(database_url: str) -> AbstractContextManager[Connections]:
    """Give a pool of connections for answers that are short."""
    return pool("delivery", database_url, _CONNECTIONS, _BOUNDS, smallest=1)


def stream_connections(database_url: str) -> AbstractContextManager[Connections]:
    """Give the connections of those who stream all cards: so few at a time, and never another answer's."""
    return pool("delivery streams", database_url, _STREAMS, _STREAM_BOUNDS, smallest=0)
