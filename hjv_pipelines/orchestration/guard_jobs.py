"""The guard's jobs: decide about what is held back, and plan an import before it is published, from the launchpad.

Here: what `hjv guard allow`, `hjv guard reject` and `hjv plan` do, as runs that show their plan. Not here: what holds
back (`store/guard/`), the plan (`guarding/plan.py`), and how it looks (`plan_report.py`).
See https://docs.dagster.io/guides/operate/run-executor/run-configuration
"""

from datetime import UTC, datetime
from enum import Enum

import dagster as dg
from pydantic import Field

from hjv_pipelines.guarding.decision import Allowed, allow_and_publish
from hjv_pipelines.guarding.plan import plan_of_waiting
from hjv_pipelines.orchestration.card_checks import CARD_CHECKS
from hjv_pipelines.orchestration.failures import told_to_dagster
from hjv_pipelines.orchestration.judging import judge_by
from hjv_pipelines.orchestration.launchpad import require_all
from hjv_pipelines.orchestration.partial_failure import log_materialisations
from hjv_pipelines.orchestration.plan_report import SHOWN_PLANS, holds_table, plan_text, shown_plans
from hjv_pipelines.orchestration.presentation import CONTACT_CARDS, DIRECTORY, OWNERS, presentation
from hjv_pipelines.orchestration.reporting import publication_metadata
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import BULK, MANUAL, TRIGGER, run_of
from hjv_pipelines.orchestration.source_checks import source_checks
from hjv_pipelines.regions import REGION_KEYS, region
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.guard.holds import HeldBackError
from hjv_pipelines.store.guard.release import reject


class Decision(Enum):
    """What becomes of a hold."""

    allow = "allow"
    reject = "reject"


class HoldDecision(dg.Config):
    """Which hold is decided about, how, why, and by whom. It is kept with the hold."""

    hold: int = Field(description="The hold's number, as the check `nothing_is_held_back` shows it.")
    decision: Decision = Field(
        description=(
            "`allow`: merge exactly what the hold shows and publish the cards of its region. `reject`: forget it; the "
            "region keeps what it has, and its next import is judged anew."
        )
    )
    why: str = Field(description="Why you decide so, in words that a colleague understands next year.")
    by: str = Field(description="Who decides: your name.")


class PlannedImport(dg.Config):
    """What is asked, to be looked at before anything of it counts."""

    source: str = Field(description="The source, such as `hsa` or `eservices`.")
    regions: list[str] = Field(
        default=[], description=f"Keys of regions, such as `{REGION_KEYS[-1]}` or `12`. Empty: all that it speaks of."
    )


@dg.op(description="Show the plan of a hold, then allow it and publish, or reject it.")
def decide(context: dg.OpExecutionContext, config: HoldDecision, pipeline: PipelineResource) -> None:
    """Decide about a hold; the run's output shows its plan as it was just before."""
    with told_to_dagster(context.retry_number), pipeline.connection() as connection:
        require_all(config, "hold", "why", "by")
        plan = plan_of_waiting(connection, config.hold, pipeline.policy(), _now)
        context.log.info("%s: %s hold %s, since: %s", config.by, config.decision.value, config.hold, config.why)
        context.add_output_metadata({"plan": dg.MetadataValue.md(plan_text(plan)), "by": config.by, "why": config.why})
        if config.decision is Decision.reject:
            reject(connection, config.hold, config.by, config.why, _now())
        else:
            run = run_of(context)
            done = allow_and_publish(connection, pipeline.pipeline(), config.hold, config.by, config.why, run, _now)
            _tell(context, pipeline, done)
    judge_by(context.instance, (*source_checks(plan.hold.source), *CARD_CHECKS), pipeline)


def _tell(context: dg.OpExecutionContext, pipeline: PipelineResource, done: Allowed) -> None:
    """Show what became of a hold that was allowed, on the assets that it changed."""
    context.log.info(str(done))
    key = done.hold.region
    counts = {name: dg.MetadataValue.int(number) for name, number in done.counts.as_dict().items()}
    source_asset = dg.AssetKey(presentation(done.hold.source).asset)
    hold = dg.MetadataValue.int(done.hold.hold_id)
    log_materialisations(context, source_asset, {key: {**counts, "hold": hold}})
    regions = [published.region for published in done.published]
    cards = publication_metadata(done.published, regions, pipeline.card_page)
    log_materialisations(context, dg.AssetKey(CONTACT_CARDS), cards)


@dg.op(description="Ask a source, hold everything back, and show what would happen. Nothing of it counts yet.")
def plan(context: dg.OpExecutionContext, config: PlannedImport, pipeline: PipelineResource) -> None:
    """Make a hold of each region's answer; the run's output shows them, the first ones with their plans."""
    with told_to_dagster(context.retry_number):
        flow = pipeline.planning_pipeline()
        regions = tuple(region(key).key for key in config.regions) or flow.regions_of(config.source)
        imported = flow.import_source(config.source, Scope(regions=regions), run_of(context))
        for failure in imported.failures:
            if not isinstance(failure.error, HeldBackError):
                raise failure.error
    if not imported.held:
        raise dg.Failure(f"{config.source} speaks of none of {', '.join(regions)}.", allow_retries=False)
    context.add_output_metadata(
        {"holds": dg.MetadataValue.md(holds_table(imported.held)), **shown_plans(pipeline, imported.held)}
    )


@dg.job(
    name="decide_hold",
    description=(
        "Let what the guard holds back go out, or forget it: what `hjv guard allow` and `hjv guard reject` do. The run "
        "shows the plan, and judges the source and the cards again. Fill in the hold's number, the decision, why, and "
        "who you are; all of it is kept. A hold that does not wait any more is refused: the store has moved "
        "on from what it showed."
    ),
    owners=OWNERS,
    tags={TRIGGER: MANUAL, **BULK},
    config={"ops": {"decide": {"config": {"hold": 0, "decision": "reject", "why": "", "by": ""}}}},
)
def decide_hold() -> None:
    """Decide about one hold."""
    decide()


@dg.job(
    name="plan_import",
    description=(
        "Ask a source for some regions or all, and show what importing that would do: units, fields and cards that "
        "appear, change and disappear. Everything is held back, region by region; `decide_hold` applies exactly what "
        f"was shown, or forgets it. The first {SHOWN_PLANS} regions are shown in full, every other by its number."
    ),
    owners=OWNERS,
    tags={TRIGGER: MANUAL, **BULK},
    config=dg.RunConfig(ops={"plan": PlannedImport(source=DIRECTORY, regions=[REGION_KEYS[-1]])}),
)
def plan_import() -> None:
    """Plan one import."""
    plan()


GUARD_JOBS = (decide_hold, plan_import)
"""The jobs of the guard."""


def _now() -> datetime:
    return datetime.now(UTC)
