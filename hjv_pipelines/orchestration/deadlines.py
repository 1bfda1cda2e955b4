"""Deadlines: whether every region was imported when the timetable says, judged by itself after each deadline.

Here: the check, the job that runs it, the schedule behind each deadline. Not here: the judgement (`freshness.py`).
Dagster's own freshness policies judge an asset by its last materialisation, which the refresh of one unit is too.
See https://docs.dagster.io/guides/test/asset-checks
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg

from hjv_pipelines.freshness import missing_imports
from hjv_pipelines.orchestration.jobs import AssetJob
from hjv_pipelines.orchestration.judging import verdict
from hjv_pipelines.orchestration.presentation import OWNERS, presentation
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import BULK, SOURCE, TRIGGER
from hjv_pipelines.orchestration.source_checks import NONE_LEFT_FAILED, NOTHING_HELD_BACK
from hjv_pipelines.store.ledger import complete_imports
from hjv_pipelines.timetable import STOCKHOLM, TimetableRow

ON_TIME = "every_region_was_imported_on_time"

STANDING = (ON_TIME, NOTHING_HELD_BACK, NONE_LEFT_FAILED)
"""What is judged of a source by itself at every deadline: an import whose process died judged nothing."""


def on_time_check(
    row: TimetableRow, regions_of: Callable[[PipelineResource], Sequence[str]]
) -> dg.AssetChecksDefinition:
    """Return the check that what was last due of `row` has come, for each region of `regions_of` this installation."""
    asset = presentation(row.source).asset

    @dg.asset_check(
        asset=asset,
        name=ON_TIME,
        description=(
            f"Every region's import of {', '.join(f'{moment:%H:%M}' for moment in row.times)} (Swedish time) is done "
            f"{row.expected.total_seconds() / 60:.0f} minutes later, and does not bring an old answer again. Judged "
            "by complete imports: the refresh of a unit does not count. Until a late one comes, what there was "
            "before stands; materialise the regions named here when its reason is mended."
        ),
    )
    def check(pipeline: PipelineResource) -> dg.AssetCheckResult:
        asked = regions_of(pipeline)
        with pipeline.connection() as connection:
            missing = missing_imports(row, asked, complete_imports(connection, row.source), datetime.now(UTC))
        return verdict(
            asset,
            [str(one) for one in missing],
            severity=dg.AssetCheckSeverity.ERROR,
            found=f"{len(missing)} of {len(asked)} regions miss the last import that was due.",
            figures={"regions": len(asked)},
        )

    return check


def regions_of_source(row: TimetableRow) -> Callable[[PipelineResource], Sequence[str]]:
    """Return what tells the regions that the source of `row` speaks of."""
    return lambda pipeline: pipeline.pipeline().regions_of(row.source)


def deadline_job(row: TimetableRow, checks: Sequence[str]) -> AssetJob:
    """Return the job that judges the asset of `row` by its `checks`: whether it came on time, and whatever else."""
    asset = dg.AssetKey(presentation(row.source).asset)
    return dg.define_asset_job(
        f"{row.source}_deadline",
        selection=dg.AssetSelection.checks(*(dg.AssetCheckKey(asset, check) for check in checks)),
        description=f"Judge what stands of {row.source} when the timetable says that it should: {', '.join(checks)}.",
        owners=OWNERS,
        tags={TRIGGER: "deadline", SOURCE: row.source, **BULK},
        executor_def=dg.in_process_executor,
    )


def deadline_schedule(row: TimetableRow, job: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that judges `row` a minute after each of its deadlines."""
    return dg.ScheduleDefinition(
        name=f"{row.source}_deadlines",
        job=job,
        cron_schedule=_crons(row),
        execution_timezone=STOCKHOLM.key,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Judges, when an import of {row.source} should be done, whether it is: region by region.",
        owners=OWNERS,
        tags={SOURCE: row.source, TRIGGER: "deadline"},
    )


def _crons(row: TimetableRow) -> list[str]:
    """Return a cron line for each deadline; a deadline behind midnight is the next day's, and every day has one."""
    deadlines = (datetime(2000, 1, 1, moment.hour, moment.minute, tzinfo=STOCKHOLM) for moment in row.times)
    behind = (deadline + row.expected + timedelta(minutes=1) for deadline in deadlines)
    return [f"{moment.minute} {moment.hour} * * *" for moment in behind]
