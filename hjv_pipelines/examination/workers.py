"""Whether workers are there to take runs: without them everything waits, and nothing says why.

Not here: whether they are fast enough (the run monitor ends a run whose worker is gone, and Prometheus' `HjvRunsWait`
tells of runs that wait for long), and the broker between us and them (`broker.py`).
"""

import os

import psycopg

from hjv_pipelines.examination.broker import VARIABLE
from hjv_pipelines.examination.examined import Examined
from hjv_pipelines.failures import HjvError
from hjv_pipelines.queues import QUEUES
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.attendance import attending, is_held
from hjv_pipelines.store.database import connect, database

_IN_A_CLUSTER = "KUBERNETES_SERVICE_HOST"
"""What Kubernetes tells every container."""


def examine_workers(settings: Settings) -> Examined:
    """Ask the database whether each queue has a worker."""
    if _IN_A_CLUSTER in os.environ and VARIABLE not in os.environ:
        return Examined("workers", well=True, seen="none needed: each run is a job of Kubernetes")
    try:
        with database(settings) as url, connect(url) as connection:
            alone = [queue for queue in QUEUES if not is_held(connection, attending(queue))]
    except (HjvError, psycopg.Error, OSError):
        return Examined("workers", well=False, seen="not asked: the database does not answer")
    if alone:
        seen = f"nobody takes runs from {' and '.join(alone)}, so that they wait"
        remedy = f"Run `hjv up`, or on several machines celery's worker with --queues {','.join(alone)}."
        return Examined("workers", well=False, seen=seen, remedy=remedy)
    return Examined("workers", well=True, seen=f"there for {' and '.join(QUEUES)}")
