"""What is wrong and what is missing, every morning: a report of each region's findings, and how good the data is.

Here: the two assets, their job and their schedule. Not here: the report (`findings/`) and the figures
(`cards/completeness.py`, `store/quality.py`).
See https://docs.dagster.io/guides/build/assets/metadata-and-tags
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg

from hjv_pipelines.cards.completeness import IMPORTANT, Completeness, completeness
from hjv_pipelines.findings.rendering import WrittenReport, forget_reports, write_report
from hjv_pipelines.findings.report import RegionReport, report_of
from hjv_pipelines.orchestration.failures import told_to_dagster
from hjv_pipelines.orchestration.heat_map import heat_map, per_cent
from hjv_pipelines.orchestration.jobs import AssetJob
from hjv_pipelines.orchestration.markdown import as_it_is, table
from hjv_pipelines.orchestration.partitions import EVERY_REGION, ONE_RUN, REGIONS, regions_of_run
from hjv_pipelines.orchestration.presentation import CONTACT_CARDS, FINDING_REPORTS, OWNERS, REPORTS
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import BULK, SOURCE, TRIGGER
from hjv_pipelines.regions import region
from hjv_pipelines.store.open_findings import EVERYTHING, FindingCount, count_findings
from hjv_pipelines.store.quality import SourceRegion, source_regions
from hjv_pipelines.timetable import STOCKHOLM

QUALITY = "data_quality"
KEPT = timedelta(days=31)
"""So long a day's reports stand on the disk."""

IN_THE_MORNING = "06:00 Swedish time; by hand with the job report_quality"
"""When both are made: what stands on their pages before the first time."""

Metadata = dict[str, dg.MetadataValue]


@dg.asset(
    name=FINDING_REPORTS,
    description=(
        "What is wrong in each region with what the sources say: a page (HTML) and a table (CSV), in Swedish, by who "
        "can mend it, to be sent to the region's HSA administrators. **Every morning at six.** A finding is gone from "
        "the next report once its source is mended. The files stand in the data folder for a month."
    ),
    deps=[CONTACT_CARDS],
    metadata={"made": IN_THE_MORNING},
    group_name=REPORTS,
    owners=OWNERS,
    kinds={"html", "csv"},
    tags={"hjv/room": "findings"},
    partitions_def=REGIONS,
    backfill_policy=ONE_RUN,
)
def finding_reports(context: dg.AssetExecutionContext, pipeline: PipelineResource) -> None:
    """Write the reports of the run's regions."""
    now, folder = datetime.now(UTC), pipeline.reports_folder()
    with told_to_dagster(context.retry_number), pipeline.connection() as connection:
        for key in regions_of_run(context):
            report = report_of(connection, key, now)
            written = write_report(report, folder)
            context.add_asset_metadata(_report_metadata(report, written), partition_key=key)
    forget_reports(folder, (now - KEPT).astimezone(STOCKHOLM).date())


@dg.asset(
    name=QUALITY,
    description=(
        "How good the data is, region by region: units, findings and refused records of each source, and in what share "
        "of the cards the fields are filled that residents look for first. **Every morning at six**; the figures plot "
        "over time."
    ),
    deps=[CONTACT_CARDS],
    metadata={"made": IN_THE_MORNING},
    group_name=REPORTS,
    owners=OWNERS,
    kinds={"python", "postgres"},
    tags={"hjv/room": "findings"},
    partitions_def=REGIONS,
    backfill_policy=ONE_RUN,
)
def data_quality(context: dg.AssetExecutionContext, pipeline: PipelineResource) -> None:
    """Measure, and tell each region's figures."""
    with told_to_dagster(context.retry_number), pipeline.connection() as connection:
        complete = {one.region: one for one in completeness(connection)}
        sources, rules = source_regions(connection), count_findings(connection, EVERYTHING)
    summary = _summary(complete, rules)
    for key in regions_of_run(context):
        figures = _figures(complete.get(key), [one for one in sources if one.region == key])
        context.add_asset_metadata(figures | summary, partition_key=key)


def quality_job() -> AssetJob:
    """Return the job that writes the reports and measures the quality."""
    return dg.define_asset_job(
        "report_quality",
        selection=dg.AssetSelection.assets(FINDING_REPORTS, QUALITY),
        description="Write each region's report of findings, and measure how good the data is. Asks no source.",
        owners=OWNERS,
        tags={TRIGGER: "schedule", SOURCE: "none", **BULK},
        executor_def=dg.in_process_executor,
    )


def quality_schedule(job: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule of every morning: when the night's imports are done, and before offices open."""

    @dg.schedule(
        name="every_morning",
        job=job,
        cron_schedule="0 6 * * *",
        execution_timezone=STOCKHOLM.key,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Writes the regions' reports of findings and measures the data's quality at 06:00, Swedish time.",
        owners=OWNERS,
        tags={TRIGGER: "schedule"},
    )
    def every_morning(_context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        return dg.RunRequest(tags={**EVERY_REGION})

    return every_morning


def _report_metadata(report: RegionReport, written: WrittenReport) -> Metadata:
    rows = [
        (task.mender, as_it_is(fault.words.what), len(fault.found), fault.rule)
        for task in report.tasks
        for fault in task.faults
    ]
    return {
        "findings": dg.MetadataValue.int(report.number),
        "units_with_findings": dg.MetadataValue.int(report.units),
        "preview": dg.MetadataValue.md(
            table(("Vem rättar", "Vad är fel", "Antal", "Regel"), rows) if rows else "Inget."
        ),
        "report": dg.MetadataValue.path(str(written.html)),
        "table": dg.MetadataValue.path(str(written.csv)),
    }


def _figures(complete: Completeness | None, sources: Sequence[SourceRegion]) -> Metadata:
    """Return a region's own figures."""
    shares = {field: complete.share(field) if complete else None for field in IMPORTANT}
    return {
        "cards": dg.MetadataValue.int(complete.cards if complete else 0),
        "findings": dg.MetadataValue.int(sum(one.findings for one in sources)),
        "refused": dg.MetadataValue.int(sum(one.refused for one in sources)),
        **{
            f"share with {field}": dg.MetadataValue.float(round(share, 4))
            for field, share in shares.items()
            if share is not None
        },
        "sources": dg.MetadataValue.md(
            table(
                ("Source", "Units", "Findings", "Refused"),
                [(one.source, one.units, one.findings, one.refused) for one in sources],
            )
        ),
    }


def _summary(complete: Mapping[str, Completeness], rules: Sequence[FindingCount]) -> Metadata:
    """Return what holds of the nation."""
    rows = {region(key).name: [one.share(field) for field in IMPORTANT] for key, one in sorted(complete.items())}
    squares = {name: [per_cent(share) for share in shares] for name, shares in rows.items()}
    percents = [(name, *("" if share is None else f"{share:.0%}" for share in shares)) for name, shares in rows.items()]
    return {
        "filled_picture": dg.MetadataValue.md(
            heat_map(list(IMPORTANT), squares, "Per cent of the cards where a field is filled", "Empty: no card there.")
        ),
        "filled": dg.MetadataValue.md(table(("Region", *IMPORTANT), percents)),
        "findings_by_rule": dg.MetadataValue.md(
            table(
                ("Source", "Rule", "Findings", "Units", "Since"),
                [
                    (one.source, one.rule, one.findings, one.units, f"{one.first_seen.astimezone(STOCKHOLM):%Y-%m-%d}")
                    for one in rules
                ],
            )
        ),
    }
