"""A plan as Dagster shows it: what a hold would do, as Markdown.

Here: tables of a plan, for a check's metadata and for the runs of the guard's jobs. Not here: the plan
(`guarding/plan.py`).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice

import dagster as dg
import psycopg

from hjv_pipelines.failures import HjvError
from hjv_pipelines.guarding.plan import Plan, plan_of
from hjv_pipelines.orchestration.markdown import as_it_is, table
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.store.guard.holds import Hold
from hjv_pipelines.timetable import STOCKHOLM

SHOWN_PLANS = 3
"""So many holds are shown with their plans: each plan is worked out by doing it and taking it back."""


def plan_text(plan: Plan) -> str:
    """Return what allowing a hold would do, as Markdown: why it is held, units, cards, fields with samples."""
    hold, counts, cards = plan.hold, plan.counts, plan.cards
    as_of = f"{hold.as_of.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
    parts = [
        f"**Hold {hold.hold_id}: {hold.source}, {hold.region}, as of {as_of}**",
        "\n".join(f"- {as_it_is(str(breach))}" for breach in hold.breaches),
        table(
            ("", "Appear", "Change", "Disappear", "Unchanged"),
            [
                ("Units", counts.added, counts.changed, counts.removed, counts.unchanged),
                ("Cards", cards.appeared, cards.changed, cards.withdrawn, cards.unchanged),
            ],
        ),
    ]
    if plan.gone:
        parts.append(f"Units that would be gone, for example: {', '.join(plan.gone)}")
    if plan.fields:
        parts.append(
            table(
                ("Field", "Appear", "Disappear", "Change", "For example"),
                [
                    (one.field, one.appear, one.disappear, one.change, as_it_is("; ".join(one.samples)))
                    for one in plan.fields
                ],
            )
        )
    if cards.changes:
        changes = ", ".join(f"{change.kind} {as_it_is(change.name or change.hsa_id)}" for change in cards.changes)
        parts.append(f"Cards, for example: {changes}")
    parts.append(
        f"Decide by launching `decide_hold` with hold {hold.hold_id}, or with `hjv guard allow {hold.hold_id}` or "
        f"`hjv guard reject {hold.hold_id}`."
    )
    return "\n\n".join(parts)


def shown_plans(pipeline: PipelineResource, held: Iterable[Hold]) -> dict[str, dg.MetadataValue]:
    """Return the plans of the first of `held`, each under its hold's number."""
    with pipeline.connection() as connection:
        return {
            f"plan of hold {hold.hold_id}": dg.MetadataValue.md(_told(pipeline, connection, hold))
            for hold in islice(held, SHOWN_PLANS)
        }


def holds_table(held: Sequence[Hold]) -> str:
    """Return a table of holds."""
    return table(
        ("Hold", "Source", "Region", "Units"),
        [(hold.hold_id, hold.source, hold.region, hold.documents) for hold in held],
    )


def _told(pipeline: PipelineResource, connection: psycopg.Connection, hold: Hold) -> str:
    try:
        return plan_text(plan_of(connection, hold, pipeline.policy(), lambda: datetime.now(UTC)))
    except HjvError as error:
        return f"Hold {hold.hold_id}, {hold.region}: {as_it_is(str(error))}"
