"""Celery's app: which broker and result store it uses, how its workers behave.

Here: the app without any of the project's code in it. Not here: what a worker imports and does (`worker.py`),
how its children share their tasks (`pool.py`), and the launcher that sends runs (`dagster.yaml`).
See https://docs.celeryq.dev/en/stable/userguide/configuration.html
"""

import os

from celery import Celery
from dagster_celery.config import DEFAULT_CONFIG
from dagster_celery.make_app import make_app

from hjv_pipelines.queues import IMPORTS, QUEUES

_BEHAVIOUR = {
    "worker_pool": "hjv_pipelines.orchestration.pool:TaskPool",
    # A child that leaks is replaced before anybody notices; a new one is a fork and costs nothing.
    "worker_max_tasks_per_child": 100,
    # A busy machine may take its time to start one.
    "worker_proc_alive_timeout": 60.0,
    # A stop lets short runs end, and ends long ones, which Dagster then tries again.
    "worker_soft_shutdown_timeout": 3.0,
    # Nobody sends workers commands: PostgreSQL as a broker could not carry them.
    "worker_enable_remote_control": False,
    # Dagster captures what a run prints, file descriptor by file descriptor.
    "worker_redirect_stdouts": False,
    "broker_connection_retry_on_startup": True,
    "task_default_queue": IMPORTS,
}


def make_celery_app() -> Celery:
    """Return the app over the broker and result store of HJV_CELERY_BROKER and HJV_CELERY_BACKEND."""
    broker = os.environ["HJV_CELERY_BROKER"]
    return make_app(
        app_args={
            "broker": broker,
            "backend": os.environ["HJV_CELERY_BACKEND"],
            "config_source": {
                **DEFAULT_CONFIG,
                **_BEHAVIOUR,
                "task_acks_late": _never_delivers_twice(broker),
                # Nothing waits in the memory of a worker that may be killed. Celery can say so to Redis alone.
                "worker_disable_prefetch": broker.startswith("redis"),
            },
        }
    )


def _never_delivers_twice(broker: str) -> bool:
    """Return whether tasks can be acknowledged when they end.

    Then a worker fetches none before it can run it, and a killed one loses no run that only waited. A broker that
    delivers a lost task again would have Dagster refuse the second start of its run, show the task as done, and
    the run as alive for ever; there a task is acknowledged when it begins.
    """
    return broker.startswith("sqla+")


def declare_queues(app: Celery) -> None:
    """Make the queues, and with PostgreSQL as the broker its tables, where they do not exist."""
    with app.connection_for_write() as connection:
        for name in QUEUES:
            app.amqp.queues[name].bind(connection.default_channel).declare()
