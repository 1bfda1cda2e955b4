"""`python -m hjv_pipelines.orchestration.storage`: Dagster's and Celery's own tables, made or brought up to date.

Here: one process that does so before any other starts; several that begin at once on an empty database collide.
Not here: the project's tables (`store/migrate.py`).
"""

from contextlib import closing

from dagster import DagsterInstance

from hjv_pipelines.orchestration.broker import declare_queues, make_celery_app


def prepare_storage() -> None:
    """Make or upgrade the tables of the instance in DAGSTER_HOME and of Celery; nothing when they are current."""
    with DagsterInstance.get() as instance:
        instance.upgrade()
    app = make_celery_app()
    declare_queues(app)
    # Opening a session makes the tables of the result store.
    closing(app.backend.ResultSession())


if __name__ == "__main__":
    prepare_storage()
