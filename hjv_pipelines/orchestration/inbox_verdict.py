"""The verdict on the inbox: whether every hint is published in time, and none set aside.

Here: what is good enough, and the picture of how fast it is. Not here: who judges: the check and the watch
(`inbox_checks.py`), and the run that drains (`notifications.py`).
"""

from datetime import UTC, datetime, timedelta

import dagster as dg

from hjv_pipelines.orchestration.judging import verdict
from hjv_pipelines.orchestration.latency_picture import BOUNDS, latency_picture
from hjv_pipelines.orchestration.presentation import NOTIFICATIONS
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.store.inbox.figures import Depth, depth, spread

PATIENCE = timedelta(minutes=2)
"""How long a hint may take from its receipt to its card; ours take seconds."""

PUBLISHED = "every_notification_is_published_within_two_minutes"

SHOWN = timedelta(days=1)
"""Of so long before its verdict the check shows how fast hints were published."""


def judge_inbox(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """Return the verdict on what is in the inbox now."""
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


def with_picture(judged: dg.AssetCheckResult, pipeline: PipelineResource) -> dg.AssetCheckResult:
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
