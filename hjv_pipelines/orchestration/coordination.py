"""The run coordinator: a run of the notifications' queue starts at once, every other one waits its turn.

Here: who waits. Not here: how many may run at a time (`dagster.yaml`), and the workers of each queue (`broker.py`).

Dagster's queue looks once a second, and holds back what is beyond its limits. A hint has no second to lose, and its
runs need no limit: at most one a source drains the inbox (`store/inbox.py`).
"""

from dagster import DagsterRun, DagsterRunStatus, QueuedRunCoordinator
from dagster._core.run_coordinator import SubmitRunContext
from dagster_celery.tags import DAGSTER_CELERY_QUEUE_TAG

from hjv_pipelines.queues import NOTIFICATIONS


class HintsFirstRunCoordinator(QueuedRunCoordinator):
    """Dagster's queue, which runs of the queue `notifications` do not stand in."""

    def submit_run(self, context: SubmitRunContext) -> DagsterRun:
        """Launch a run of the notifications' queue now; enqueue any other."""
        run = context.dagster_run
        if run.tags.get(DAGSTER_CELERY_QUEUE_TAG) != NOTIFICATIONS or run.status is not DagsterRunStatus.NOT_STARTED:
            return super().submit_run(context)
        return self._instance.launch_run(run.run_id, context.workspace)
