"""`python -m hjv_pipelines.orchestration.storage`: Dagster's and Celery's own tables, made or brought up to date.

Here: one process that does so before any other starts; several that begin at once on an empty database collide.
Not here: the project's tables (`store/migrate.py`).
"""

from collections.abc import Iterable
from contextlib import closing

from dagster import DagsterInstance

from hjv_pipelines.orchestration.broker import declare_queues, make_celery_app
from hjv_pipelines.timetable import TIMETABLE


def prepare_storage() -> None:
    """Make or upgrade the tables of the instance in DAGSTER_HOME and of Celery; nothing when they are current."""
    with DagsterInstance.get() as instance:
        instance.upgrade()
        limit_pools(instance, (row.source for row in TIMETABLE))
    app = make_celery_app()
    declare_queues(app)
    # Opening a session makes the tables of the result store.
    closing(app.backend.ResultSession())


def limit_pools(instance: DagsterInstance, pools: Iterable[str]) -> None:
    """Give each of `pools` the default limit of dagster.yaml, but for one whose limit somebody has set.

    Dagster itself does so when the queue first meets a run of the pool; in that round it launches all such runs, and
    only in the next one do they count (`GlobalOpConcurrencyLimitsCounter`).
    """
    storage = instance.event_log_storage
    limited = {pool.name for pool in storage.get_pool_limits()}
    for pool in pools:
        if pool not in limited:
            storage.initialize_concurrency_limit_to_default(pool)


if __name__ == "__main__":
    prepare_storage()
