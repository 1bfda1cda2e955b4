"""The job that forgets what is old, and its schedule.

Here: both, and what the run shows. Not here: what is forgotten (`forgetting/` of the package, `old_runs.py`).
See https://docs.dagster.io/guides/automate/schedules
"""

from datetime import UTC, datetime, timedelta

import dagster as dg
from pydantic import Field

from hjv_pipelines.forgetting.forget import Forgotten, forget, look
from hjv_pipelines.orchestration.presentation import OWNERS
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import BULK, MANUAL, TRIGGER
from hjv_pipelines.store.sizes import TableSize, table_sizes
from hjv_pipelines.timetable import STOCKHOLM


class Retention(dg.Config):
    """Whether anything is done."""

    dry_run: bool = Field(default=False, description="Only show how much would be forgotten.")


@dg.op(description="Forget what is old in the store (HJV_…_RETENTION_DAYS, HJV_RAW_DAYS); show how much of each table.")
def forget_what_is_old(context: dg.OpExecutionContext, config: Retention, pipeline: PipelineResource) -> None:
    """Forget, and tell how much in the metadata, with the size of each table afterwards."""
    with pipeline.connection() as connection:
        forgotten = (look if config.dry_run else forget)(connection, pipeline.settings, datetime.now(UTC))
        sizes = table_sizes(connection)
    figures = {one.table: dg.MetadataValue.int(one.rows) for one in forgotten if one.rows is not None}
    context.add_output_metadata(
        {
            "forgotten": _table_of_rows(forgotten),
            "sizes": _table_of_sizes(sizes),
            "bytes": dg.MetadataValue.int(sum(size.bytes for size in sizes)),
            "dry_run": config.dry_run,
            **figures,
        }
    )
    told = ", ".join(f"{one.rows} {one.table}" for one in forgotten if one.rows)
    context.log.info("%s: %s.", "Would be forgotten" if config.dry_run else "Forgotten", told or "nothing")


@dg.op(
    description="Forget Dagster's runs older than HJV_RUN_RETENTION_DAYS with their events and output; show how many.",
    ins={"after": dg.In(dg.Nothing)},
)
def forget_old_runs(context: dg.OpExecutionContext, config: Retention, pipeline: PipelineResource) -> None:
    """Forget runs and replaced verdicts of checks."""
    # Dagster's tables need SQLAlchemy, a third of what importing all definitions would cost.
    from hjv_pipelines.orchestration.old_runs import forget_runs, forget_verdicts, old_runs, old_verdicts

    before = datetime.now(UTC) - timedelta(days=pipeline.settings.run_retention_days)
    runs, verdicts = list(old_runs(context.instance, before)), old_verdicts(context.instance, before)
    if not config.dry_run:
        forget_runs(context.instance, runs)
        forget_verdicts(context.instance, before)
    context.add_output_metadata(
        {
            "runs": len(runs),
            "verdicts": verdicts,
            "before": dg.MetadataValue.timestamp(before),
            "dry_run": config.dry_run,
        }
    )


@dg.job(
    name="forget_old",
    description=(
        "Forget what is old: entries of the change feed (consumers that far behind start over), hints that are done, "
        "earlier documents, the ledger, raw inputs (what `hjv forget` does), and Dagster's own runs. Documents, "
        "cards and what waits are never forgotten. With `dry_run` it only shows how much that would be."
    ),
    owners=OWNERS,
    tags={TRIGGER: MANUAL, **BULK},
)
def forget_old() -> None:
    """Forget what is old, the store's first."""
    forget_old_runs(after=forget_what_is_old())


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


def _table_of_rows(forgotten: tuple[Forgotten, ...]) -> dg.TableMetadataValue:
    records = [
        dg.TableRecord({"table": one.table, "rows": one.rows or 0, "older than": f"{one.before or ''}"})
        for one in forgotten
    ]
    return dg.MetadataValue.table(records)


def _table_of_sizes(sizes: list[TableSize]) -> dg.TableMetadataValue:
    records = [
        dg.TableRecord({"table": size.table, "rows": size.rows, "megabytes": round(size.bytes / 1e6, 1)})
        for size in sizes
    ]
    return dg.MetadataValue.table(records)
