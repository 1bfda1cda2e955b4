"""The job that forgets what is old, and its schedule.

Here: both, and what the run shows. Not here: what is forgotten (`hjv_pipelines/retention.py`).
See https://docs.dagster.io/guides/automate/schedules
"""

from dataclasses import asdict
from datetime import UTC, datetime

import dagster as dg
from pydantic import Field

from hjv_pipelines.forgetting.forget import forget, look
from hjv_pipelines.orchestration.presentation import OWNERS
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import BULK, MANUAL, TRIGGER
from hjv_pipelines.timetable import STOCKHOLM


class Retention(dg.Config):
    """Whether anything is done."""

    dry_run: bool = Field(default=False, description="Only show how much would be forgotten.")


@dg.op(description="Forget what is older than HJV_FEED_RETENTION_DAYS and HJV_INBOX_RETENTION_DAYS; show how much.")
def forget_what_is_old(context: dg.OpExecutionContext, config: Retention, pipeline: PipelineResource) -> None:
    """Forget, and tell how much in the metadata."""
    with pipeline.connection() as connection:
        forgotten = (look if config.dry_run else forget)(connection, pipeline.settings, datetime.now(UTC))
    figures = {
        name: dg.MetadataValue.timestamp(value) if isinstance(value, datetime) else dg.MetadataValue.int(value)
        for name, value in asdict(forgotten).items()
    }
    context.add_output_metadata({**figures, "dry_run": config.dry_run})
    context.log.info(
        "%s: %d feed entries, %d hints, %d notifications.",
        "Would be forgotten" if config.dry_run else "Forgotten",
        forgotten.feed_entries,
        forgotten.hints,
        forgotten.notifications,
    )


@dg.job(
    name="forget_old",
    description=(
        "Forget old entries of the change feed (consumers that far behind start over), hints that are done, and their "
        "notifications: what `hjv retention` does. Documents, cards and what waits are never forgotten."
    ),
    owners=OWNERS,
    tags={TRIGGER: MANUAL, **BULK},
)
def forget_old() -> None:
    """Forget what is old."""
    forget_what_is_old()


nightly_retention = dg.ScheduleDefinition(
    name="nightly_retention",
    job=forget_old,
    cron_schedule="20 4 * * *",
    execution_timezone=STOCKHOLM.key,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Forgets what is old at 04:20 Swedish time, when no import runs.",
    owners=OWNERS,
    tags={TRIGGER: "schedule"},
)
