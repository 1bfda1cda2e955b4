"""The assets of the sources: one factory makes the asset of any of them.

Here: importing a source for a run's scope, and what becomes of a run of which a part fails. Not here: the
import (`flow.py`), and how a source is named and described (`presentation.py`). A new source needs nothing
here.
See https://docs.dagster.io/guides/build/assets/defining-assets
"""

import dagster as dg

from hjv_pipelines.failures import HjvError, TransientError
from hjv_pipelines.flow import SourceImport
from hjv_pipelines.orchestration.columns import record_columns
from hjv_pipelines.orchestration.failures import step_failure, told_to_dagster
from hjv_pipelines.orchestration.partitions import ONE_RUN, REGIONS
from hjv_pipelines.orchestration.presentation import (
    CONTACT_CARDS,
    DIRECTORY,
    OWNERS,
    SOURCES,
    presentation,
)
from hjv_pipelines.orchestration.reporting import Metadata, import_metadata, publication_metadata
from hjv_pipelines.orchestration.resources import PipelineResource, ScopeResource
from hjv_pipelines.orchestration.runs import run_of
from hjv_pipelines.sources.source import Record
from hjv_pipelines.timetable import TimetableRow


def source_asset(row: TimetableRow, record: type[Record]) -> dg.AssetsDefinition:
    """Return the asset of the source in `row` of the timetable, whose records are of the type `record`."""
    shown = presentation(row.source)
    directory = [] if row.source == DIRECTORY else [presentation(DIRECTORY).asset]

    @dg.asset(
        name=shown.asset,
        description=shown.description,
        deps=[shown.system, *directory],
        metadata={
            "dagster/column_schema": record_columns(record),
            "dagster/table_name": "hjv.documents",
            "imported_at": ", ".join(f"{moment:%H:%M}" for moment in row.times) + " Swedish time",
        },
        group_name=SOURCES,
        owners=OWNERS,
        kinds=set(shown.kinds),
        tags={"hjv/source": row.source, "hjv/room": "sources"},
        partitions_def=REGIONS,
        backfill_policy=ONE_RUN,
        pool=row.source,
    )
    def import_units(context: dg.AssetExecutionContext, pipeline: PipelineResource, scope: ScopeResource) -> None:
        regions = context.partition_keys
        with told_to_dagster(context.retry_number):
            asked = scope.within(regions)
            imported = pipeline.pipeline().import_source(row.source, asked, run_of(context))
            if imported.failures:
                _publish_all_the_same(context, pipeline, imported)
        if imported.failures:
            error, reason = _worth_a_retry(imported), _reason(imported)
            context.log.error(reason)
            raise step_failure(error, context.retry_number, reason) from error
        for region, said in import_metadata(imported, regions).items():
            context.add_asset_metadata(said, partition_key=region)

    return import_units


def _publish_all_the_same(
    context: dg.AssetExecutionContext, pipeline: PipelineResource, imported: SourceImport
) -> None:
    """Log and publish what came although something failed: of this source, and of those before it in the run.

    Dagster starts no step behind a failed one, so that `contact_cards` would wait for what failed
    (docs/decisions/0003-partial-failure.md).
    """
    merged = [region for result in imported.results for region in result.scope.regions]
    _log_materialisations(context, context.asset_key, import_metadata(imported, merged))
    if not merged and imported.source == DIRECTORY:
        return  # no source comes before HSA: there is nothing new to publish
    publications = pipeline.pipeline().publish(imported.scope, run_of(context))
    metadata = publication_metadata(publications, context.partition_keys, pipeline.card_page)
    _log_materialisations(context, dg.AssetKey(CONTACT_CARDS), metadata)


def _log_materialisations(context: dg.AssetExecutionContext, asset: dg.AssetKey, metadata: dict[str, Metadata]) -> None:
    for region, said in metadata.items():
        context.log_event(dg.AssetMaterialization(asset, partition=region, metadata=said))


def _worth_a_retry(imported: SourceImport) -> HjvError:
    """Return the error that decides whether to try again: one that may pass, where there is one."""
    errors = [failure.error for failure in imported.failures]
    return next((error for error in errors if isinstance(error, TransientError)), errors[0])


def _reason(imported: SourceImport) -> str:
    """Return what failed and what to do: first in one line, then region by region."""
    failures = imported.failures
    if len(failures) == 1 and not imported.results:
        return str(failures[0].error)
    regions = len(failures) + len(imported.results)
    kept = "The others are imported and published. " if imported.results else ""
    head = (
        f"{imported.source} failed for {len(failures)} of {regions} regions, which keep what they had. {kept}"
        "Mend what is said below, then materialise these regions."
    )
    return "\n".join((head, *(f"- {failure.scope}: {failure.error}" for failure in failures)))
