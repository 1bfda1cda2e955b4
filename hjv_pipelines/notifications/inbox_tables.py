"""The inbox's figures and hints as a person reads them, in 80 columns.

Here: how they look. Not here: the figures (`store/inbox/figures.py`), and which hints are shown
(`store/inbox/selection.py`).
"""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console

from hjv_pipelines.reports.narrow import narrow_table
from hjv_pipelines.store.inbox.figures import Depth, Latency, Percentiles
from hjv_pipelines.store.inbox.hint import Hint
from hjv_pipelines.timetable import STOCKHOLM


def print_inbox(console: Console, left: Sequence[Depth], fast: Sequence[Latency], since: datetime) -> None:
    """Print what is in the inbox, and how fast what was published since then went, in milliseconds."""
    if left:
        waiting = narrow_table(("source", "state"), ("hints", "units", "oldest"), "In the inbox")
        for part in left:
            waiting.add_row(part.source, part.state, str(part.hints), str(part.units), _local(part.oldest))
        console.print(waiting)
    else:
        console.print("The inbox is empty.")
    if any(part.state == "set_aside" for part in left):
        console.print("Why they were set aside: hjv inbox list --state set_aside. To try again: hjv inbox replay.")
    if not fast:
        console.print(f"Nothing was published by way of the inbox since {_local(since)}.")
        return
    stages = ("hints", "", "committed", "read", "published", "in all")
    speed = narrow_table(("source", "origin"), stages, f"Published since {_local(since)}, ms")
    for one in fast:
        took = (one.committed, one.read, one.published, one.altogether)
        speed.add_row(one.source, one.origin, f"{one.hints:,}", "p50\np95", *map(_pair, took))
    console.print(speed)


def print_hints(console: Console, hints: Sequence[Hint]) -> None:
    """Print hints, a line each; below those whose read failed, what went wrong."""
    if not hints:
        console.print("There is no such hint.")
        return
    table = narrow_table(("id", "received", "source", "unit", "origin", "state", "tries"))
    for hint in hints:
        received = f"{hint.received_at.astimezone(STOCKHOLM):%m-%d %H:%M:%S}"
        table.add_row(
            str(hint.hint_id), received, hint.source, hint.hsa_id, hint.origin, hint.state, str(hint.attempts)
        )
    console.print(table)
    for hint in hints:
        if hint.last_error and hint.state != "done":
            again = f" The next try is at {_local(hint.next_try_at)}." if hint.state == "waiting" else ""
            console.print(f"{hint.hint_id}: {hint.last_error}{again}", highlight=False, markup=False)


def _pair(stage: Percentiles) -> str:
    return f"{stage.p50:,.0f}\n{stage.p95:,.0f}"


def _local(moment: datetime) -> str:
    return moment.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S")
