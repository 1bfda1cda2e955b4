"""The asset of the notifications: what was notified, read again and published, batch by batch, and how fast.

Here: the run that drains the inbox of one source, and the job of that. Not here: the draining
(`notifications/drain.py`), when it starts (`inbox_sensors.py`), and how it is told (`inbox_reporting.py`).
"""

from collections.abc import Generator, Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Literal, TypeAlias

import dagster as dg
from pydantic import Field

from hjv_pipelines.logs.about import about, only
from hjv_pipelines.notifications.drain import Drained, Patience, drain
from hjv_pipelines.orchestration.inbox_reporting import batch_metadata, in_one_line
from hjv_pipelines.orchestration.inbox_verdict import PUBLISHED, judge_inbox
from hjv_pipelines.orchestration.judging import evaluation
from hjv_pipelines.orchestration.presentation import CONTACT_CARDS, NOTIFICATIONS, OWNERS, SOURCES, presentation
from hjv_pipelines.orchestration.reporting import units_metadata
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import NOTIFICATION, PROMPT, SOURCE, TRIGGER, UNITS, run_of
from hjv_pipelines.store.inbox.hint import CARDS

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

AssetJob: TypeAlias = "UnresolvedAssetJobDefinition"

NOTIFYING = ("hsa", "kka", "vaccinera")
"""The sources that notify."""

OTHERS = "others"
"""Stands for the sources that do not notify: only persons give hints for them."""

LONGEST = timedelta(minutes=10)
"""How long a run stays at most, however many hints come; another takes its place."""


class InboxConfig(dg.Config):
    """Which hints a run takes."""

    source: Literal["hsa", "kka", "vaccinera", "cards", "others"] = Field(
        description=(
            "Read the units again that this source told of. `cards`: publish the cards whose moment has come. "
            "`others`: read what persons asked for of the sources that tell nothing, one source after another."
        ),
    )


@dg.asset(
    name=NOTIFICATIONS,
    description=(
        "The hints that units changed: notifications of HSA, KKA and Vaccinera, dates that pass, refreshes by hand. "
        "Each unit is **read again from its source** and its card published, within seconds; nothing of a message gets "
        "onto a card. A materialisation is a batch of units that one read brought up to date, with its latency in ms: "
        "received, committed, read, published. An observation is one that failed: it says which units, why, and what "
        "to do. *Metadata, Plots* shows the latency over time."
    ),
    deps=[presentation(source).system for source in NOTIFYING],
    metadata={"read": "within seconds of each notification, day and night; what waits shows in `hjv inbox`"},
    group_name=SOURCES,
    owners=OWNERS,
    kinds={"python", "postgres"},
    tags={"hjv/room": "notifications"},
    output_required=False,
)
def notifications(
    context: dg.AssetExecutionContext, pipeline: PipelineResource, config: InboxConfig
) -> Generator[dg.Output[None]]:
    """Drain the inbox of one source, and stay for a while: the next hint needs no run of its own."""
    flow = pipeline.pipeline()
    linger = timedelta(seconds=pipeline.settings.inbox_linger_seconds)
    if config.source == OTHERS:
        sources, patience = silent_sources(flow.source_names), Patience(timedelta(), LONGEST)
    else:
        sources, patience = (config.source,), Patience(linger, LONGEST)
    units = 0
    for source in sources:
        for batch in drain(
            flow,
            pipeline.database_url,
            source,
            run_of(context),
            patience,
            clock=lambda: datetime.now(UTC),
            rng=Random(),  # noqa: S311  jitter needs no secrecy
        ):
            tell(context, pipeline, batch)
            units += len(batch.batch.hsa_ids)
            first = _first_notification(batch)
            tags = {UNITS: str(units), **({NOTIFICATION: first} if first else {})}
            context.instance.add_run_tags(context.run.run_id, tags)
    yield from ()


def drain_inbox() -> AssetJob:
    """Return the job that drains the inbox of one source."""
    return dg.define_asset_job(
        "drain_inbox",
        selection=dg.AssetSelection.assets(NOTIFICATIONS).without_checks(),
        description=(
            "Read the units again that one source told of, and publish their cards; started by that source's sensor, "
            "and by hand when a sensor is off."
        ),
        owners=OWNERS,
        tags={TRIGGER: "notification", SOURCE: "inbox", **PROMPT},
        config={"ops": {NOTIFICATIONS: {"config": {"source": NOTIFYING[0]}}}},
        executor_def=dg.in_process_executor,
    )


def silent_sources(sources: Iterable[str]) -> tuple[str, ...]:
    """Return those of `sources` that do not notify."""
    return tuple(source for source in sources if source not in {*NOTIFYING, CARDS})


def tell(
    context: dg.AssetExecutionContext | dg.OpExecutionContext, pipeline: PipelineResource, drained: Drained
) -> None:
    """Log what became of a batch at once, since the run stays; a card's region only where a card changed.

    For the cards that is an observation: some units of a region were published, not the region. It stays as old as its
    last import, and what the checks said of it stands.
    """
    batch = drained.batch
    with about(source=batch.source, unit=only(batch.hsa_ids), notification_id=_first_notification(drained)):
        context.log.log("INFO" if drained.error is None else "ERROR", in_one_line(drained))
    # A batch that failed brought nothing up to date: it is no materialisation, and bears no green mark in the UI.
    event = dg.AssetMaterialization if drained.error is None else dg.AssetObservation
    context.log_event(event(dg.AssetKey(NOTIFICATIONS), metadata=batch_metadata(drained, pipeline.card_page)))
    # The UI shows a verdict from before the last materialisation as none: in steady traffic there never would be one.
    context.instance.report_runless_asset_event(evaluation(PUBLISHED, judge_inbox(pipeline)))
    changed = [one for one in drained.publications if one.changes]
    if changed:
        figures = units_metadata(changed, [one.region for one in changed], pipeline.card_page)
        for region, said in figures.items():
            context.log_event(dg.AssetObservation(dg.AssetKey(CONTACT_CARDS), partition=region, metadata=said))


def _first_notification(drained: Drained) -> str | None:
    return next((hint.notification_id for hint in drained.hints if hint.notification_id), None)
