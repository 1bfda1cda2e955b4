"""A warm worker: `celery --app hjv_pipelines.orchestration.worker worker --queues imports`.

Here: what a worker has imported before its first run, the tasks that Dagster's launcher sends it, and what it
puts right when it starts. Not here: the broker and a worker's behaviour (`broker.py`), what a run does.
"""

import os
from contextlib import closing

from celery import states
from celery.exceptions import WorkerLostError
from celery.signals import celeryd_after_setup, task_postrun, task_prerun, worker_before_create_process
from dagster_celery.tasks import create_execute_job_task, create_resume_job_task
from sqlalchemy import select

from hjv_pipelines import definitions
from hjv_pipelines.orchestration.broker import make_celery_app
from hjv_pipelines.orchestration.termination import stop_watching, watch_for_termination
from hjv_pipelines.store.database import connect

__all__ = ["app", "definitions"]

app = make_celery_app()
create_execute_job_task(app)
create_resume_job_task(app)


def give_up_lost_tasks(sender: str, **_: object) -> None:
    """Declare failed what an earlier worker named `sender` (imports@host) had begun when it was killed.

    Nobody else can: a killed worker says nothing, and its tasks stay STARTED. Dagster's run monitor then fails
    the runs, and they are tried again.
    """
    for task_id in _started_tasks():
        if app.AsyncResult(task_id).info.get("hostname") == sender:
            app.backend.mark_as_failure(task_id, WorkerLostError(f"{sender} was killed during this task."))


def sweep(**_: object) -> None:
    """Remove what is kept of runs that ended: results past their time, and delivered messages.

    Neither Celery nor its SQL transport ever removes them by itself. Done whenever a child is replaced, and so
    as often as there is something to sweep.
    """
    app.backend.cleanup()
    if app.conf.broker_url.startswith("sqla+"):
        with connect(os.environ["HJV_DATABASE_URL"]) as connection:
            connection.execute("DELETE FROM kombu_message WHERE NOT visible")


def _started_tasks() -> list[str]:
    task = app.backend.task_cls
    with closing(app.backend.ResultSession()) as session:
        return list(session.scalars(select(task.task_id).where(task.status == states.STARTED)))


celeryd_after_setup.connect(give_up_lost_tasks)
worker_before_create_process.connect(sweep)
task_prerun.connect(watch_for_termination)
task_postrun.connect(stop_watching)
