"""What a batch of the inbox says of itself: a line for the log, figures to plot, a table of its last hints.

Here: drained batches as words and metadata. Not here: draining (`notifications/drain.py`).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise
from math import ceil

import dagster as dg

from hjv_pipelines.notifications.drain import Drained
from hjv_pipelines.orchestration.reporting import Metadata
from hjv_pipelines.store.inbox.hint import Hint
from hjv_pipelines.timetable import STOCKHOLM

SHOWN_HINTS = 20

WHAT_TO_DO = (
    "They are tried again by themselves, after longer and longer waits. `hjv inbox list` shows when, and which were "
    "set aside; when the cause is mended, the job `replay_hints`, or `hjv inbox replay`, tries those again."
)


def in_one_line(drained: Drained) -> str:
    """Say what became of a batch, and what to do where it failed."""
    units = len(drained.batch.hsa_ids)
    named = drained.batch.hsa_ids[0] if units == 1 else f"{units} units"
    if drained.error is not None:
        return (
            f"{drained.batch.source}: {named} could not be read: {drained.error} The hints wait and are tried again; "
            "`hjv inbox list` shows them."
        )
    cards = sum(one.appeared + one.changed + one.withdrawn for one in drained.publications)
    return f"{drained.batch.source}: {named} read again, {cards} cards changed, {_latency(drained.hints)}."


def batch_metadata(drained: Drained, card_page: Callable[[str], str]) -> Metadata:
    """Return the metadata of a batch: figures to plot over time, and its hints with links by `card_page`."""
    metadata: Metadata = {
        "source": dg.MetadataValue.text(drained.batch.source),
        "units": dg.MetadataValue.int(len(drained.batch.hsa_ids)),
        "hints": dg.MetadataValue.int(drained.batch.hints),
        "failed": dg.MetadataValue.int(0 if drained.error is None else drained.batch.hints),
        "cards_changed": dg.MetadataValue.int(
            sum(one.appeared + one.changed + one.withdrawn for one in drained.publications)
        ),
    }
    if drained.error is not None:
        metadata["reason"] = dg.MetadataValue.text(str(drained.error))
        metadata["failed_units"] = dg.MetadataValue.md(
            ", ".join(f"[{hsa_id}]({card_page(hsa_id)})" for hsa_id in drained.batch.hsa_ids[:SHOWN_HINTS])
        )
        metadata["what_to_do"] = dg.MetadataValue.md(WHAT_TO_DO)
    if drained.hints:
        altogether = [_stages(hint)[-1] for hint in drained.hints]
        metadata["latency_p50_ms"] = dg.MetadataValue.float(_percentile(altogether, 50))
        metadata["latency_p95_ms"] = dg.MetadataValue.float(_percentile(altogether, 95))
        metadata["last_hints"] = dg.MetadataValue.md(_table(drained.hints[-SHOWN_HINTS:], card_page))
    return metadata


def _table(hints: Sequence[Hint], card_page: Callable[[str], str]) -> str:
    """Return a Markdown table: one row a hint, with the milliseconds of each stage."""
    from tabulate import tabulate

    rows = [
        (
            f"[{hint.hsa_id}]({card_page(hint.hsa_id)})",
            hint.origin,
            f"{hint.received_at.astimezone(STOCKHOLM):%H:%M:%S}",
            *map(round, _stages(hint)),
        )
        for hint in hints
    ]
    headings = ("Unit", "Origin", "Received", "Committed, ms", "Read, ms", "Published, ms", "Altogether, ms")
    return tabulate(rows, headers=headings, tablefmt="pipe")


def _stages(hint: Hint) -> tuple[float, ...]:
    """Return the milliseconds from received to committed, to read, to published, and altogether."""
    assert hint.read_at is not None and hint.published_at is not None  # noqa: S101, PT018  a hint that is done
    moments = (hint.received_at, hint.committed_at, hint.read_at, hint.published_at)
    return (*(_milliseconds(*pair) for pair in pairwise(moments)), _milliseconds(moments[0], moments[-1]))


def _milliseconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() * 1000


def _percentile(values: Sequence[float], share: int) -> float:
    """Return the value that `share` per cent do not exceed."""
    return round(sorted(values)[ceil(len(values) * share / 100) - 1], 1)


def _latency(hints: Sequence[Hint]) -> str:
    slowest = max((_stages(hint)[-1] for hint in hints), default=0.0)
    return f"the slowest on its card after {slowest / 1000:.2f} s"
