"""What a run publishes although one of its sources failed.

Dagster starts no step behind a failed one: `contact_cards` would wait for the source that failed, and with it all that
the others brought. The last source's step to end publishes instead (docs/decisions/0003-partial-failure.md).
Here: which step that is, and its publication. Not here: importing (`source_assets.py`), the publication of a run in
which everything went well (`card_asset.py`), and the checks behind a failed step (`judged_all_the_same.py`).
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import dagster as dg
from dagster import DagsterEventType

from hjv_pipelines.failures import HjvError
from hjv_pipelines.orchestration.failures import told_to_dagster
from hjv_pipelines.orchestration.judged_all_the_same import judge, judge_behind
from hjv_pipelines.orchestration.partitions import regions_of_run
from hjv_pipelines.orchestration.presentation import CONTACT_CARDS
from hjv_pipelines.orchestration.reporting import Metadata, publication_metadata
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import run_of
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.ledger import has_imported


@dataclass(frozen=True, slots=True)
class OtherSteps:
    """The other steps that the cards wait for: `to_come`, also those to be tried again, and `failed` for good."""

    to_come: frozenset[str]
    failed: frozenset[str]


@contextmanager
def published_all_the_same(
    context: dg.AssetExecutionContext, pipeline: PipelineResource, scope: Scope
) -> Generator[None]:
    """Publish the cards of `scope` after the block, where it is the run's last and it or an earlier one failed.

    The checks that Dagster skips behind a failed step are judged as well.
    """
    try:
        yield
    except Exception as error:
        others = _other_steps(context)
        is_last = others is not None and not others.to_come
        if is_last:
            try:
                _publish(context, pipeline, scope)
            except HjvError:
                # What the block raised says why the run fails; this comes on top of it.
                context.log.exception("What came could not be published. When that is mended, run publish_cards.")
        if not isinstance(error, dg.RetryRequested):
            judge_behind(context, pipeline, [CONTACT_CARDS] if is_last else [])
        raise
    others = _other_steps(context)
    if others is not None and others.failed and not others.to_come:
        with told_to_dagster(context.retry_number):
            _publish(context, pipeline, scope)
        judge(context, pipeline, [CONTACT_CARDS])


def log_materialisations(
    context: dg.AssetExecutionContext | dg.OpExecutionContext, asset: dg.AssetKey, metadata: Mapping[str, Metadata]
) -> None:
    """Log that each of the regions in `metadata` was materialised in `asset`, with what is said of it."""
    for region, said in metadata.items():
        context.log_event(dg.AssetMaterialization(asset, partition=region, metadata=said))


def _publish(context: dg.AssetExecutionContext, pipeline: PipelineResource, scope: Scope) -> None:
    """Publish the cards of `scope` where the run imported anything at all."""
    run = run_of(context)
    with pipeline.connection() as connection:
        if not has_imported(connection, run):
            return
    publications = pipeline.pipeline().publish(scope, run)
    metadata = publication_metadata(publications, regions_of_run(context), pipeline.card_page)
    log_materialisations(context, dg.AssetKey(CONTACT_CARDS), metadata)


def _other_steps(context: dg.AssetExecutionContext) -> OtherSteps | None:
    """Return how the run's other sources stand; None for a run that was never to publish."""
    awaited = _awaited_by_the_cards(context)
    if awaited is None:
        return None
    others = awaited - {context.asset_key.to_python_identifier()}
    failed = _steps_told_of(context, DagsterEventType.STEP_FAILURE)
    ended = failed | _steps_told_of(context, DagsterEventType.STEP_SUCCESS)
    return OtherSteps(to_come=others - ended, failed=others & failed)


def _awaited_by_the_cards(context: dg.AssetExecutionContext) -> frozenset[str] | None:
    """Return the steps of the run's plan that come before `contact_cards`; None where that is no part of it."""
    snapshot = context.run.execution_plan_snapshot_id
    assert snapshot is not None  # noqa: S101  a run that executes a step has a plan
    plan = context.instance.get_execution_plan_snapshot(snapshot)
    if CONTACT_CARDS not in plan.step_keys_to_execute:
        return None
    before = {
        key
        for step in plan.steps
        if step.key == CONTACT_CARDS
        for told in step.inputs
        for key in told.upstream_step_keys
    }
    return frozenset(before.intersection(plan.step_keys_to_execute))


def _steps_told_of(context: dg.AssetExecutionContext, event: DagsterEventType) -> frozenset[str]:
    records = context.instance.get_records_for_run(context.run.run_id, of_type=event).records
    return frozenset(record.event_log_entry.step_key for record in records if record.event_log_entry.step_key)
