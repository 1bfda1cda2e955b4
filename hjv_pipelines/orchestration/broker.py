"""Celery's app: which broker and result store it uses, which queues there are, how its workers behave.

Here: the app without any of the project's code in it. Not here: what a worker imports and does (`worker.py`),
and the launcher that sends runs (`dagster.yaml`).
See https://docs.celeryq.dev/en/stable/userguide/configuration.html
"""

import os

from celery import Celery
from dagster_celery.config import DEFAULT_CONFIG
from dagster_celery.make_app import make_app

IMPORTS = "imports"
"""The queue of bulk work: everything that does not ask for another."""

NOTIFICATIONS = "notifications"
"""The queue of single units, with a worker of its own: a hint never waits behind a national import."""

QUEUES = (IMPORTS, NOTIFICATIONS)

_BEHAVIOUR = {
    # A child that leaks is replaced before anybody notices; a new one is a fork and costs nothing.
    "worker_max_tasks_per_child": 100,
    # A busy machine may take its time to start one.
    "worker_proc_alive_timeout": 60.0,
    # A stop lets short runs end, and ends long ones, which Dagster then tries again.
    "worker_soft_shutdown_timeout": 3.0,
    # Acknowledged when it begins: a lost run is tried again by Dagster alone. A broker that delivers it a
    # second time would show the lost task as done, and its run as alive for ever.
    "task_acks_late": False,
    # PostgreSQL as a broker cannot broadcast to workers.
    "worker_enable_remote_control": False,
    # Dagster captures what a run prints, file descriptor by file descriptor.
    "worker_redirect_stdouts": False,
    "broker_connection_retry_on_startup": True,
    "task_default_queue": IMPORTS,
}


def make_celery_app() -> Celery:
    """Return the app over the broker and result store of HJV_CELERY_BROKER and HJV_CELERY_BACKEND."""
    return make_app(
        app_args={
            "broker": os.environ["HJV_CELERY_BROKER"],
            "backend": os.environ["HJV_CELERY_BACKEND"],
            "config_source": {**DEFAULT_CONFIG, **_BEHAVIOUR},
        }
    )


def declare_queues(app: Celery) -> None:
    """Make the queues, and with PostgreSQL as the broker its tables, where they do not exist."""
    with app.connection_for_write() as connection:
        for name in QUEUES:
            app.amqp.queues[name].bind(connection.default_channel).declare()
