"""`python -m hjv_pipelines.processes.database_keeper`: a user of the embedded database until it is told to stop.

The embedded server stops with its last user. With this one under supervisord it outlives the programs that need
it, and not for ever: also when `hjv up` itself is killed and can stop nothing. Where the server dies instead, this
ends, and supervisord starts another keeper, which starts the server again. Not here: the server
(`store/database.py`).
"""

import signal
import sys
from collections.abc import Set as AbstractSet

import psycopg

from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import database

LOOK_EVERY = 1.0
"""Seconds between two looks at whether the server lives."""


def keep(settings: Settings) -> None:
    """Use the embedded database of `settings` until SIGTERM. Exits with a word when its server is gone."""
    stops = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    with database(settings) as url:
        _watch(url, stops)


def _watch(url: str, stops: AbstractSet[signal.Signals]) -> None:
    """Return when a stop comes. Exits when the server has ended; one that only restarts itself is waited for."""
    try:
        with psycopg.connect(url, autocommit=True, application_name="hjv keeper") as connection:
            while signal.sigtimedwait(stops, LOOK_EVERY) is None:
                connection.execute("SELECT 1")
    except psycopg.OperationalError as error:
        sys.exit(f"The database server ended ({str(error).splitlines()[0]}); the next keeper starts it again.")


if __name__ == "__main__":
    # The environment names the running server as a real one; this is the process that keeps it running.
    keep(Settings(database_url=None))
