"""Checks on the notifications: that they are published, and that they come.

Here: what is good enough. Not here: the queries (`store/inbox/`), and the draining.
See https://docs.dagster.io/guides/test/asset-checks
"""

from datetime import UTC, datetime, timedelta

import dagster as dg

from hjv_pipelines.orchestration.judging import evaluation, verdict
from hjv_pipelines.orchestration.latency_picture import BOUNDS, latency_picture
from hjv_pipelines.orchestration.notifications import NOTIFYING
from hjv_pipelines.orchestration.presentation import NOTIFICATIONS, OWNERS, presentation
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import TRIGGER
from hjv_pipelines.store.inbox.figures import Depth, depth, spread
from hjv_pipelines.store.inbox.missed import missed_notifications

PATIENCE = timedelta(minutes=2)
"""How long a hint may take from its receipt to its card; ours take seconds."""

PUBLISHED = "every_notification_is_published_within_two_minutes"
JUDGED_EVERY = timedelta(minutes=5)

SHOWN = timedelta(days=1)
"""Of so long before its verdict the check shows how fast hints were published."""

NOTHING_YET = dg.AssetMaterialization(
    NOTIFICATIONS, description="Nothing was notified yet: from here on the inbox is looked after."
)
"""What stands before the first batch: the UI warns whoever imports behind an asset that was never materialised."""


@dg.asset_check(
    asset=NOTIFICATIONS,
    name=PUBLISHED,
    description=(
        "No hint waits longer than two minutes from its receipt to its card, and none was set aside. `hjv inbox list` "
        "says what failed and why; the job `replay_hints`, or `hjv inbox replay`, tries again. Judged by itself every "
        "minute or so; `how_fast` shows how soon the hints of the last day were on their cards."
    ),
)
def every_notification_is_published(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """Judge the age and the failures of what is in the inbox."""
    return _shown(_judged(pipeline), pipeline)


def change_was_notified(source: str) -> dg.AssetChecksDefinition:
    """Return the check that the last complete import of `source` found no change that it had not notified."""
    asset = presentation(source).asset

    @dg.asset_check(
        asset=asset,
        name="every_change_was_notified",
        description=(
            f"Complete imports of {source} find no unit changed that {source} should have notified. What they find "
            "is published all the same, only later. Tell the source's owner which units these were."
        ),
    )
    def check(pipeline: PipelineResource) -> dg.AssetCheckResult:
        with pipeline.connection() as connection:
            regions = missed_notifications(connection, source)
        missed, notified = sum(one.missed for one in regions), sum(one.notified for one in regions)
        rate = missed / (missed + notified) if missed else 0.0
        return verdict(
            asset,
            [f"{one.region}: {one.missed} units, such as {', '.join(one.units)}" for one in regions if one.missed],
            severity=dg.AssetCheckSeverity.WARN,
            found=f"{missed} units had changed without a notification, {notified} were notified ({rate:.0%} missed).",
            figures={"missed": missed, "notified": notified, "missed_rate": rate},
        )

    return check


INBOX_CHECKS = [every_notification_is_published, *(change_was_notified(source) for source in NOTIFYING)]


@dg.sensor(
    name="inbox_watch",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    asset_selection=dg.AssetSelection.assets(NOTIFICATIONS),
    description=(
        f"Judges the inbox without a run: tells the check `{PUBLISHED}` when its verdict changes, and every "
        f"{JUDGED_EVERY.total_seconds() / 60:.0f} minutes. Cursor: the last verdict and when it was told."
    ),
    owners=OWNERS,
    tags={TRIGGER: "watch"},
)
def inbox_watch(context: dg.SensorEvaluationContext, pipeline: PipelineResource) -> dg.SensorResult | dg.SkipReason:
    """Judge the inbox, and tell it where that is news."""
    judged, now, materialised_at = _judged(pipeline), datetime.now(UTC), _materialised_at(context.instance)
    verdict_before, _, told_at = (context.cursor or "").partition(" ")
    is_news = (
        verdict_before != str(judged.passed)
        or now - datetime.fromisoformat(told_at) >= JUDGED_EVERY
        or materialised_at >= datetime.fromisoformat(told_at).timestamp()
    )
    if not is_news:
        return dg.SkipReason(judged.description)
    told = evaluation(PUBLISHED, _shown(judged, pipeline))
    beginning = [] if materialised_at else [NOTHING_YET]
    return dg.SensorResult(asset_events=[*beginning, told], cursor=f"{judged.passed} {now.isoformat()}")


def _materialised_at(instance: dg.DagsterInstance) -> float:
    """Return when `notifications` was last materialised: a verdict from before that is shown as none in the UI."""
    event = instance.get_latest_materialization_event(dg.AssetKey(NOTIFICATIONS))
    return event.timestamp if event else 0.0


def _judged(pipeline: PipelineResource) -> dg.AssetCheckResult:
    now = datetime.now(UTC)
    with pipeline.connection() as connection:
        left = depth(connection)
    late = [part for part in left if part.state == "set_aside" or now - part.oldest > PATIENCE]
    return verdict(
        NOTIFICATIONS,
        [_in_words(part, now) for part in late],
        severity=dg.AssetCheckSeverity.ERROR,
        found=f"{sum(part.hints for part in late)} hints are late or set aside, of {sum(part.hints for part in left)}.",
        figures={"hints": sum(part.hints for part in left), "late": sum(part.hints for part in late)},
    )


def _shown(judged: dg.AssetCheckResult, pipeline: PipelineResource) -> dg.AssetCheckResult:
    """Return a verdict as it is told: with the picture of the last day's hints, where there were any."""
    now = datetime.now(UTC)
    with pipeline.connection() as connection:
        spreads = spread(connection, now - SHOWN, now, BOUNDS)
    if not spreads:
        return judged
    how_fast = dg.MetadataValue.md(latency_picture(spreads))
    return judged._replace(metadata={**judged.metadata, "how_fast": how_fast})


def _in_words(part: Depth, now: datetime) -> str:
    age = (now - part.oldest).total_seconds() / 60
    state = part.state.replace("_", " ")
    return f"{part.source}: {part.hints} hints on {part.units} units {state}, the oldest for {age:.0f} minutes"
