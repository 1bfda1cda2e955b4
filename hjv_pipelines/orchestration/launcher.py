"""The run launcher: dagster-celery's, but for what its Celery cannot tell it.

Here: Terminate in the UI, and whether a run's worker is gone. Not here: launching (dagster-celery), and the workers'
end of both (`termination.py`, `presence.py`).

dagster-celery terminates by a command to the worker. PostgreSQL as the broker carries none, and the run would go on. Of
a worker that was killed it says for ever that the task is running.
"""

from dagster import DagsterRun
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster_celery.launcher import CeleryRunLauncher

from hjv_pipelines.orchestration.presence import has_worker


class WorkersRunLauncher(CeleryRunLauncher):
    """dagster-celery's launcher, whatever the broker is and wherever the workers stand."""

    def terminate(self, run_id: str) -> bool:
        """Mark a run as being cancelled; return whether there is anything to cancel."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        self._instance.report_run_canceling(run)
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Return how a run's worker fares: as Celery tells it, unless nobody is there any more."""
        told = super().check_run_worker_health(run)
        if told.status is WorkerStatus.RUNNING and not has_worker(run.run_id):
            return CheckRunHealthResult(WorkerStatus.FAILED, "The worker of this run is gone: killed, or its machine.")
        return told
