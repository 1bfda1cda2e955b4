"""A warm worker: `celery --app hjv_pipelines.orchestration.worker worker --queues imports`.

Here: what a worker has imported before its first run, the tasks that Dagster's launcher sends it, and what it does
around each. Not here: the broker and a worker's behaviour (`broker.py`), what a run does.
"""

import os
import sys

from celery.apps import worker as celery_worker
from celery.signals import (
    setup_logging,
    task_postrun,
    task_prerun,
    worker_before_create_process,
    worker_process_init,
    worker_ready,
)
from dagster_celery.tasks import create_execute_job_task, create_resume_job_task

from hjv_pipelines import definitions
from hjv_pipelines.logs.beginning import as_json
from hjv_pipelines.logs.printed import PrintedLines, say
from hjv_pipelines.orchestration.attending import begin_attending, leave_to_parent
from hjv_pipelines.orchestration.broker import make_celery_app
from hjv_pipelines.orchestration.presence import appear, disappear
from hjv_pipelines.orchestration.termination import stop_watching, watch_for_termination
from hjv_pipelines.store.database import connect

__all__ = ["app", "definitions"]

app = make_celery_app()
create_execute_job_task(app)
create_resume_job_task(app)


def sweep(**_: object) -> None:
    """Remove what is kept of runs that ended: results past their time, and delivered messages.

    Neither Celery nor its SQL transport ever removes them by itself. Done whenever a child is replaced, and so
    as often as there is something to sweep.
    """
    app.backend.cleanup()
    if app.conf.broker_url.startswith("sqla+"):
        with connect(os.environ["HJV_DATABASE_URL"]) as connection:
            connection.execute("DELETE FROM kombu_message WHERE NOT visible")


def attend(**_: object) -> None:
    """Let everybody know that somebody takes runs from this worker's queues."""
    begin_attending(os.environ["HJV_DATABASE_URL"], app.amqp.queues.consume_from)


def log_what_is_printed(**_: object) -> None:
    """Let a worker's words be lines of the log. Celery leaves the log alone where somebody answers this signal."""
    sys.stdout = PrintedLines()
    celery_worker.safe_say = say


if as_json():
    setup_logging.connect(log_what_is_printed)
worker_before_create_process.connect(sweep)
worker_process_init.connect(leave_to_parent)
worker_ready.connect(attend)
task_prerun.connect(appear)
task_prerun.connect(watch_for_termination)
task_postrun.connect(stop_watching)
task_postrun.connect(disappear)
