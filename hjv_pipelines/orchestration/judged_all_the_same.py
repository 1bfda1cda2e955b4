"""What a run judges although a step failed.

Dagster runs no check behind a failed step, and the UI then shows every one of them as failed, whatever stands. The step
itself judges them instead, so that only those fail that have a reason. Here: which checks these are, and their
verdicts. Not here: what they judge (`source_checks.py` and its like), and publishing behind a failed step
(`partial_failure.py`).
"""

from collections.abc import Collection

import dagster as dg
from dagster import DagsterEventType
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from hjv_pipelines.failures import HjvError
from hjv_pipelines.orchestration.judging import evaluation
from hjv_pipelines.orchestration.presentation import CONTACT_CARDS
from hjv_pipelines.orchestration.resources import PipelineResource


def judge_behind(context: dg.AssetExecutionContext, pipeline: PipelineResource, published: Collection[str]) -> None:
    """Judge the asset of this step, which fails, and the assets behind it; the cards only where they are `published`.

    As long as another source's step is to come, that one publishes the cards and has them judged.
    """
    behind = {key.to_user_string() for key in _asset_graph(context).get(context.asset_key).child_keys}
    judge(context, pipeline, {context.asset_key.to_user_string(), *behind.difference({CONTACT_CARDS}), *published})


def judge(context: dg.AssetExecutionContext, pipeline: PipelineResource, assets: Collection[str]) -> None:
    """Make the run's checks on `assets` tell their verdicts, in the place of steps that Dagster skips."""
    for key in _planned(context):
        if key.asset_key.to_user_string() in assets:
            try:
                verdict = _asset_graph(context).assets_def_for_key(key)(pipeline=pipeline)
            except HjvError:
                # The step fails for a reason of its own, which must stay the first that one reads.
                context.log.exception("%s could not be judged.", key.to_user_string())
            else:
                assert isinstance(verdict, dg.AssetCheckResult)  # noqa: S101  what every check of ours returns
                context.log_event(evaluation(key.name, verdict))


def _planned(context: dg.AssetExecutionContext) -> list[dg.AssetCheckKey]:
    """Return the checks that the run was to make."""
    planned = context.instance.get_records_for_run(
        context.run.run_id, of_type=DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED
    )
    events = (record.event_log_entry.dagster_event for record in planned.records)
    return [event.asset_check_planned_data.asset_check_key for event in events if event]


def _asset_graph(context: dg.AssetExecutionContext) -> AssetGraph:
    return context.job_def.asset_layer.asset_graph
