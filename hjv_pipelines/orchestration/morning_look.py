"""The asset that the person on duty opens first: how everything stands, on one page.

Here: the asset, its job and its schedule. Not here: what the page says (`morning.py`).
See https://docs.dagster.io/guides/build/assets/metadata-and-tags
"""

from datetime import UTC, datetime

import dagster as dg

from hjv_pipelines.orchestration.failures import told_to_dagster
from hjv_pipelines.orchestration.jobs import LOOK_AROUND, AssetJob
from hjv_pipelines.orchestration.latency_picture import latency_picture
from hjv_pipelines.orchestration.morning import Morning, ages, ages_table, in_one_line, morning, page, what_is_wrong
from hjv_pipelines.orchestration.presentation import CONTACT_CARDS, MORNING_LOOK, OWNERS, REPORTS
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import BULK, SOURCE, TRIGGER
from hjv_pipelines.timetable import STOCKHOLM


@dg.asset(
    name=MORNING_LOOK,
    description=(
        "**Open this first.** How everything stands: what is wrong and what to do about it, the timetable with the "
        "last and the next import, the age of each region's content source by source, what is held back, the inbox and "
        "how fast it is, and what is wrong in the sources. **Every quarter of an hour**; *Materialize* makes it now."
    ),
    deps=[CONTACT_CARDS],
    metadata={
        "made": "every quarter of an hour, and on a fresh installation behind the first cards; by hand with Materialize"
    },
    group_name=REPORTS,
    owners=OWNERS,
    kinds={"markdown"},
    tags={"hjv/room": "oversight"},
)
def morning_look(context: dg.AssetExecutionContext, pipeline: PipelineResource) -> dg.MaterializeResult[None]:
    """Look, and tell."""
    with told_to_dagster(context.retry_number), pipeline.connection() as connection:
        told = morning(connection, pipeline.settings, datetime.now(UTC))
    context.log.info(in_one_line(told))
    return dg.MaterializeResult(metadata=_metadata(told))


def morning_look_job() -> AssetJob:
    """Return the job that looks."""
    return dg.define_asset_job(
        LOOK_AROUND,
        selection=dg.AssetSelection.assets(MORNING_LOOK) | dg.AssetSelection.checks_for_assets(CONTACT_CARDS),
        description=(
            f"Write anew how everything stands, the asset `{MORNING_LOOK}`, and judge the cards, which notifications "
            "change between the imports. Asks no source, changes nothing."
        ),
        owners=OWNERS,
        tags={TRIGGER: "schedule", SOURCE: "none", **BULK},
        executor_def=dg.in_process_executor,
    )


def morning_look_schedule(job: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that looks, day and night: who is on duty at night has a morning too."""
    return dg.ScheduleDefinition(
        name="every_quarter",
        job=job,
        cron_schedule="*/15 * * * *",
        execution_timezone=STOCKHOLM.key,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=(
            f"Writes anew how everything stands, the asset `{MORNING_LOOK}`, and judges the cards: every quarter of an "
            "hour."
        ),
        owners=OWNERS,
        tags={TRIGGER: "schedule"},
    )


def _metadata(told: Morning) -> dict[str, dg.MetadataValue]:
    """Return the page, and the figures that are worth a plot."""
    figures = {
        "cards": told.cards,
        "units_without_card": told.without_card,
        "things_wrong": len(told.alerts),
        "late_imports": told.late_regions,
        "held_back": len(told.held),
        "hints_waiting": told.waiting(),
        "hints_set_aside": told.set_aside(),
        "findings": sum(one.findings for one in told.findings),
    }
    slowest = max((one.altogether.p95 for one in told.latencies if one.origin == "notification"), default=None)
    return {
        "at_a_glance": dg.MetadataValue.text(in_one_line(told)),
        "what_is_wrong": dg.MetadataValue.md(what_is_wrong(told)),
        "the_page": dg.MetadataValue.md(page(told)),
        "hours_since_import": dg.MetadataValue.md(ages(told)),
        "hours_since_import_as_table": dg.MetadataValue.md(ages_table(told)),
        **({"how_fast": dg.MetadataValue.md(latency_picture(told.spreads))} if told.spreads else {}),
        **{name: dg.MetadataValue.int(figure) for name, figure in figures.items()},
        **(
            {} if slowest is None else {"notified_to_published_p95_s": dg.MetadataValue.float(round(slowest / 1000, 2))}
        ),
    }
