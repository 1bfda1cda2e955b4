"""The assets of the sources: one factory makes the asset of any of them.

Here: importing a source for a run's scope, and what becomes of a run of which a part fails. Not here: the
import (`flow.py`), and how a source is named and described (`presentation.py`). A new source needs nothing
here.
See https://docs.dagster.io/guides/build/assets/defining-assets
"""

import dagster as dg

from hjv_pipelines.failures import TransientError
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
from hjv_pipelines.sources.source import Record, Scope
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
    def import_units(
        context: dg.AssetExecutionContext, pipeline: PipelineResource, scope: ScopeResource
    ) -> None:
        regions = context.partition_keys
        with told_to_dagster(context):
            imported = pipeline.pipeline().import_source(row.source, scope.within(regions), run_of(context))
            if imported.failures:
                _publish_what_was_imported(context, pipeline, imported)
        if imported.failures:
            raise _failure(context, imported)
        for region, said in import_metadata(imported, regions).items():
            context.add_asset_metadata(said, partition_key=region)

    return import_units


def _publish_what_was_imported(
    context: dg.AssetExecutionContext, pipeline: PipelineResource, imported: SourceImport
) -> None:
    """Publish the regions that were imported although others failed, and log their materialisations.

    Dagster starts no step behind a failed one, so that `contact_cards` would wait for the regions that failed
    (docs/decisions/0003-partial-failure.md).
    """
    regions = [region for result in imported.results for region in result.scope.regions]
    if not regions:
        return
    _log_materialisations(context, context.asset_key, import_metadata(imported, regions))
    publications = pipeline.pipeline().publish(Scope(regions=tuple(regions)), run_of(context))
    metadata = publication_metadata(publications, regions, pipeline.card_page)
    _log_materialisations(context, dg.AssetKey(CONTACT_CARDS), metadata)


def _log_materialisations(
    context: dg.AssetExecutionContext, asset: dg.AssetKey, metadata: dict[str, Metadata]
) -> None:
    for region, said in metadata.items():
        context.log_event(dg.AssetMaterialization(asset, partition=region, metadata=said))


def _failure(context: dg.AssetExecutionContext, imported: SourceImport) -> dg.Failure | dg.RetryRequested:
    """Return what to raise for an import of which something failed, tried again while that may help."""
    errors = [failure.error for failure in imported.failures]
    worth_a_retry = next((error for error in errors if isinstance(error, TransientError)), errors[0])
    if not imported.results and len(errors) == 1:
        return step_failure(context, worth_a_retry)
    reasons = "\n".join(f"- {failure.scope}: {failure.error}" for failure in imported.failures)
    head = f"{imported.source} failed for {len(errors)} of {len(errors) + len(imported.results)} regions; "
    kept = "the others are imported and published, these keep what they had. " if imported.results else ""
    return step_failure(
        context,
        worth_a_retry,
        f"{head}{kept}Mend the reasons below, then materialise these regions.\n{reasons}",
    )
