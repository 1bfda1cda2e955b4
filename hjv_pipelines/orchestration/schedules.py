"""The schedules: every import of the timetable, at its time in Sweden.

Here: one schedule a row of `timetable.py`, and when it skips. Not here: the times themselves.
See https://docs.dagster.io/guides/automate/schedules
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import dagster as dg

from hjv_pipelines.orchestration.jobs import AssetJob
from hjv_pipelines.orchestration.partitions import EVERY_REGION
from hjv_pipelines.orchestration.presentation import OWNERS
from hjv_pipelines.orchestration.runs import SOURCE, TRIGGER
from hjv_pipelines.timetable import STOCKHOLM, TimetableRow, next_import


def _now() -> datetime:
    return datetime.now(UTC)


def import_schedule(
    row: TimetableRow,
    job: AssetJob,
    missing: Sequence[str] = (),
    *,
    clock: Callable[[], datetime] = _now,
) -> dg.ScheduleDefinition:
    """Return the schedule that imports the source of `row` for the nation; `missing` settings turn it off."""

    @dg.schedule(
        name=row.schedule,
        job=job,
        cron_schedule=row.cron(),
        execution_timezone=STOCKHOLM.key,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=(
            f"Imports {row.source} for the nation at {', '.join(f'{moment:%H:%M}' for moment in row.times)} "
            f"every day, Swedish time; normally done within {row.expected.total_seconds() / 60:.0f} minutes."
        ),
        owners=OWNERS,
        tags={SOURCE: row.source, TRIGGER: "schedule"},
    )
    def timetable(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if missing:
            return dg.SkipReason(f"The source {row.source} is off: set {' and '.join(missing)}.")
        due = context.scheduled_execution_time
        following = next_import(row, due)
        if following <= clock():
            return dg.SkipReason(
                f"The import of {due:%Y-%m-%d %H:%M} was missed, and that of {following:%Y-%m-%d %H:%M} is "
                "due already: it tells everything that this one would have told."
            )
        return dg.RunRequest(
            run_key=f"{row.source} {due.astimezone(UTC).isoformat()}",
            tags={**EVERY_REGION, TRIGGER: "schedule", SOURCE: row.source},
        )

    return timetable
