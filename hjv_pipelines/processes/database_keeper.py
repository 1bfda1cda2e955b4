"""`python -m hjv_pipelines.processes.database_keeper`: a user of the embedded database until it is told to stop.

The embedded server stops with its last user. With this one under supervisord it outlives the programs that need
it, and not for ever: also when `hjv up` itself is killed and can stop nothing. Not here: the server
(`store/database.py`).
"""

import signal

from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import database


def keep(settings: Settings) -> None:
    """Use the embedded database of `settings` until SIGTERM."""
    stops = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    with database(settings):
        signal.sigwait(stops)


if __name__ == "__main__":
    # The environment names the running server as a real one; this is the process that keeps it running.
    keep(Settings(database_url=None))
