"""The assets of the sources: one factory makes the asset of any of them.

Here: importing a source for a run's scope, and what becomes of a run of which a part fails. Not here: the
import (`flow.py`), and how a source is named and described (`presentation.py`). A new source needs nothing
here.
See https://docs.dagster.io/guides/build/assets/defining-assets
"""

from collections.abc import Sequence

import dagster as dg

from hjv_pipelines.cards.published import names_of
from hjv_pipelines.failures import HjvError, PermanentError, TransientError
from hjv_pipelines.imported import SourceImport
from hjv_pipelines.orchestration.columns import record_columns
from hjv_pipelines.orchestration.failures import step_failure, told_to_dagster
from hjv_pipelines.orchestration.known_units import has_known_units
from hjv_pipelines.orchestration.partial_failure import log_materialisations, published_all_the_same
from hjv_pipelines.orchestration.partitions import ONE_RUN, REGIONS, regions_of_run
from hjv_pipelines.orchestration.presentation import DIRECTORY, OWNERS, SOURCES, presentation
from hjv_pipelines.orchestration.reporting import SHOWN_CARDS, Metadata, import_metadata
from hjv_pipelines.orchestration.resources import PipelineResource, ScopeResource
from hjv_pipelines.orchestration.runs import run_of
from hjv_pipelines.sources.source import Record
from hjv_pipelines.store.guard.holds import HeldBackError
from hjv_pipelines.store.raw.index import bytes_received
from hjv_pipelines.timetable import TimetableRow


def source_asset(row: TimetableRow, record: type[Record]) -> dg.AssetsDefinition:
    """Return the asset of the source in `row` of the timetable, whose records are of the type `record`."""
    shown = presentation(row.source)

    @dg.asset(
        name=shown.asset,
        description=shown.description,
        # Not HSA: the others are asked about the units in the store, also when today's import of HSA failed.
        deps=[shown.system],
        metadata={
            "dagster/column_schema": record_columns(record),
            "dagster/table_name": "hjv.documents",
            "imported_at": ", ".join(f"{moment:%H:%M}" for moment in row.times) + " Swedish time",
            **({} if row.source == DIRECTORY else {"asked_about": "the units that HSA last told of"}),
        },
        group_name=SOURCES,
        owners=OWNERS,
        kinds=set(shown.kinds),
        tags={"hjv/source": row.source, "hjv/room": "sources"},
        partitions_def=REGIONS,
        backfill_policy=ONE_RUN,
        pool=row.source,
        # Of what may start, HSA comes first in a run, then the other sources and the cards, then the checks.
        op_tags={"dagster/priority": "2" if row.source == DIRECTORY else "1"},
    )
    def import_units(context: dg.AssetExecutionContext, pipeline: PipelineResource, scope: ScopeResource) -> None:
        regions = regions_of_run(context)
        with told_to_dagster(context.retry_number):
            asked = scope.within(regions)
        with published_all_the_same(context, pipeline, asked):
            with told_to_dagster(context.retry_number):
                if row.source != DIRECTORY:
                    _require_known_units(pipeline, row.source)
                imported = pipeline.pipeline().import_rest(row.source, asked, run_of(context))
            for warning in imported.warnings:
                context.log.warning("%s, %s", row.source, warning)
            if imported.failures:
                log_materialisations(context, context.asset_key, _said(pipeline, imported, _spared(imported)))
                error, reason = _worth_a_retry(imported), _reason(imported)
                context.log.error(reason)
                raise step_failure(error, context.retry_number, reason) from error
        for region, said in _said(pipeline, imported, regions).items():
            context.add_asset_metadata(said, partition_key=region)

    return import_units


def _said(pipeline: PipelineResource, imported: SourceImport, regions: Sequence[str]) -> dict[str, Metadata]:
    """Return what is said of an import at each of `regions`."""
    changed = imported.changed_units[:SHOWN_CARDS]
    with pipeline.connection() as connection:
        received = bytes_received(connection, [result.import_id for result in imported.results])
        names = names_of(connection, changed)
    shown = {hsa_id: names.get(hsa_id, "") for hsa_id in changed}
    return import_metadata(imported, regions, received, shown, pipeline.explain_page)


def _require_known_units(pipeline: PipelineResource, source: str) -> None:
    """Refuse to ask `source` before HSA ever told of the units: it would have told everything about none."""
    with pipeline.connection() as connection:
        if not has_known_units(connection):
            raise PermanentError(
                f"HSA has not told of any unit yet, and {source} is asked about HSA's units: import {DIRECTORY} first."
            )


def _spared(imported: SourceImport) -> list[str]:
    """Return the regions that did not fail, also those that the source never speaks of; none where nothing came."""
    failed = {region for failure in imported.failures for region in failure.scope.regions}
    return [region for region in imported.scope.regions if region not in failed] if imported.results else []


def _worth_a_retry(imported: SourceImport) -> HjvError:
    """Return the error that decides whether to try again: one that may pass, where there is one."""
    errors = [failure.error for failure in imported.failures]
    return next((error for error in errors if isinstance(error, TransientError)), errors[0])


def _reason(imported: SourceImport) -> str:
    """Return what failed and what to do: first in one line, then region by region."""
    failures = imported.failures
    if len(failures) == 1 and not imported.results:
        return str(failures[0].error)
    regions = len(failures) + len(imported.merged_regions)
    kept = "The others are imported and published. " if imported.merged_regions else ""
    if all(isinstance(failure.error, HeldBackError) for failure in failures):
        what, remedy = "is held back", "Decide about each with the job decide_hold, or as is said below."
    else:
        what, remedy = "failed", "Mend what is said below, then materialise these regions."
    head = (
        f"{imported.source} {what} for {len(failures)} of {regions} regions, which keep what they had. {kept}{remedy}"
    )
    return "\n".join((head, *(f"- {failure.scope}: {failure.error}" for failure in failures)))
