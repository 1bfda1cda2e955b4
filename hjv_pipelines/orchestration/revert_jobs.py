"""The jobs of a revert: take a run back or look first, and let what stands held since then be judged as usual again.

Here: what `hjv revert` and `hjv guard release` do, from the launchpad. Not here: what a revert is (`store/revert.py`,
`guarding/revert.py`), and deciding about a single hold (`guard_jobs.py`).
See https://docs.dagster.io/guides/operate/run-executor/run-configuration
"""

from datetime import UTC, datetime
from enum import Enum

import dagster as dg
from pydantic import Field

from hjv_pipelines.guarding.revert import Reverted, revert_plan, revert_run
from hjv_pipelines.orchestration.card_checks import CARD_CHECKS
from hjv_pipelines.orchestration.failures import told_to_dagster
from hjv_pipelines.orchestration.judging import judge_by
from hjv_pipelines.orchestration.launchpad import require_all
from hjv_pipelines.orchestration.markdown import as_it_is, table
from hjv_pipelines.orchestration.partial_failure import log_materialisations
from hjv_pipelines.orchestration.presentation import CONTACT_CARDS, OWNERS
from hjv_pipelines.orchestration.reporting import publication_metadata
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import BULK, MANUAL, TRIGGER, run_of
from hjv_pipelines.regions import region
from hjv_pipelines.store.guard.standing import release
from hjv_pipelines.store.revert import Revert


class Step(Enum):
    """Whether a revert is looked at or done."""

    look = "look"
    revert = "revert"


class RevertedRun(dg.Config):
    """Which run is taken back, how much of it, why, and by whom. It is kept with the revert."""

    run_id: str = Field(
        description="The run, as the card's history names it: Dagster's run id, or `cli-…` of a command."
    )
    step: Step = Field(
        description="`look`: show the fields, units and cards that would go back, and change nothing. `revert`: do it."
    )
    sources: list[str] = Field(default=[], description="Only these sources, such as `hsa`. Empty: all that it read.")
    regions: list[str] = Field(default=[], description="Only these regions: `12` or `12-skane`. Empty: all of them.")
    why: str = Field(description="Why it is taken back, in words that a colleague understands next year.")
    by: str = Field(description="Who decides: your name.")


class Release(dg.Config):
    """Which imports are held back no more after a revert, why, and who decides so."""

    source: str = Field(description="The source, such as `hsa`.")
    region: str = Field(description="The region: `12` or `12-skane`.")
    why: str = Field(description="Why its next import can be judged as usual: what was mended.")
    by: str = Field(description="Who decides: your name.")


@dg.op(description="Put back what a run changed, as it was before it, and publish; or show what that would do.")
def take_back(context: dg.OpExecutionContext, config: RevertedRun, pipeline: PipelineResource) -> None:
    """Revert a run, or look; the step's output shows what goes back, source by source."""
    with told_to_dagster(context.retry_number):
        require_all(config, "run_id", "why", "by")
        asked = Revert(
            run_id=config.run_id,
            by=config.by,
            reason=config.why,
            sources=tuple(config.sources),
            regions=tuple(region(key).key for key in config.regions),
        )
        context.log.info("%s: %s run %s, since: %s", config.by, config.step.value, config.run_id, config.why)
        if config.step is Step.look:
            with pipeline.connection() as connection:
                done = revert_plan(connection, asked, pipeline.policy(), _now)
        else:
            done = revert_run(pipeline.pipeline(), pipeline.database_url, asked, run_of(context), _now)
            cards = publication_metadata(done.cards, [one.region for one in done.cards], pipeline.card_page)
            log_materialisations(context, dg.AssetKey(CONTACT_CARDS), cards)
            judge_by(context.instance, CARD_CHECKS, pipeline)
    context.add_output_metadata({"reverted": dg.MetadataValue.md(_text(done)), "by": config.by, "why": config.why})


@dg.op(description="Hold imports back no more that a revert held back.")
def let_go(context: dg.OpExecutionContext, config: Release, pipeline: PipelineResource) -> None:
    """Release what stands held of a source and region."""
    with told_to_dagster(context.retry_number), pipeline.connection() as connection:
        require_all(config, "source", "region", "why", "by")
        key = region(config.region).key
        release(connection, config.source, key, config.by, config.why, _now())
    context.log.info("%s released %s in %s, since: %s", config.by, config.source, key, config.why)
    context.add_output_metadata({"by": config.by, "why": config.why})


@dg.job(
    name="revert_run",
    description=(
        "Take a bad run back without asking any source: what it changed, and nobody changed since, is again as it was "
        "before it, and the cards are published. Launch it with the step `look` first: the step's output shows the "
        "fields, units and cards that would go back. Complete imports of those sources and regions are held back from "
        "then on, since the source still says the same: `decide_hold` lets one out, `release_source` all that follow."
    ),
    owners=OWNERS,
    tags={TRIGGER: MANUAL, **BULK},
    config={"ops": {"take_back": {"config": {"run_id": "", "step": "look", "why": "", "by": ""}}}},
)
def revert_a_run() -> None:
    """Revert one run."""
    take_back()


@dg.job(
    name="release_source",
    description=(
        "After a revert, when the source is mended: let the next imports of a source and region be judged as usual "
        "again. What `hjv guard release` does."
    ),
    owners=OWNERS,
    tags={TRIGGER: MANUAL, **BULK},
    config={"ops": {"let_go": {"config": {"source": "", "region": "", "why": "", "by": ""}}}},
)
def release_a_source() -> None:
    """Release one source and region."""
    let_go()


REVERT_JOBS = (revert_a_run, release_a_source)
"""The jobs of a revert."""


def _text(done: Reverted) -> str:
    """Return what goes back, as Markdown: units by source, the fields with samples, the cards."""
    cards = [(one.region, one.appeared, one.changed, one.withdrawn) for one in done.cards]
    units = [
        (one.source, one.units, len(one.changed_since), ", ".join(stands.region for stands in one.standing))
        for one in done.sources
    ]
    fields = [
        (one.source, field.field, field.appear, field.disappear, field.change, as_it_is("; ".join(field.samples)))
        for one in done.sources
        for field in one.fields
    ]
    return "\n\n".join(
        (
            table(("Source", "Units go back", "Changed since, left alone", "Held back from now on"), units),
            table(("Region", "Cards appear", "Change", "Are withdrawn"), cards),
            table(("Source", "Field", "Appear", "Disappear", "Change", "For example"), fields),
        )
    )


def _now() -> datetime:
    return datetime.now(UTC)
