"""Checks on the notifications: that they are published, and that they come.

Here: the checks, and the watch that judges without a run. Not here: the verdict on the inbox (`inbox_verdict.py`), the
queries (`store/inbox/`), and the draining.
See https://docs.dagster.io/guides/test/asset-checks
"""

from datetime import UTC, datetime, timedelta

import dagster as dg

from hjv_pipelines.orchestration.inbox_verdict import PUBLISHED, judge_inbox, with_picture
from hjv_pipelines.orchestration.judging import evaluation, verdict
from hjv_pipelines.orchestration.notifications import NOTIFYING
from hjv_pipelines.orchestration.presentation import NOTIFICATIONS, OWNERS, presentation
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import TRIGGER
from hjv_pipelines.store.inbox.missed import missed_notifications

JUDGED_EVERY = timedelta(minutes=5)

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
    return with_picture(judge_inbox(pipeline), pipeline)


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
    judged, now, materialised_at = judge_inbox(pipeline), datetime.now(UTC), _materialised_at(context.instance)
    verdict_before, _, told_at = (context.cursor or "").partition(" ")
    is_news = (
        verdict_before != str(judged.passed)
        or now - datetime.fromisoformat(told_at) >= JUDGED_EVERY
        or materialised_at >= datetime.fromisoformat(told_at).timestamp()
    )
    if not is_news:
        return dg.SkipReason(judged.description)
    told = evaluation(PUBLISHED, with_picture(judged, pipeline))
    beginning = [] if materialised_at else [NOTHING_YET]
    return dg.SensorResult(asset_events=[*beginning, told], cursor=f"{judged.passed} {now.isoformat()}")


def _materialised_at(instance: dg.DagsterInstance) -> float:
    """Return when `notifications` was last materialised: a verdict from before that is shown as none in the UI."""
    event = instance.get_latest_materialization_event(dg.AssetKey(NOTIFICATIONS))
    return event.timestamp if event else 0.0
