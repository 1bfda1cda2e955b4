"""An operator's decision that a hold goes out, whoever takes it: from the command line or in the UI.

Here: merging what was shown, and publishing what changes by it. Not here: what is held (`store/guard/`), and the words
in which it is asked and told (`command.py`, `orchestration/guard_jobs.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg

from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.guarding.plan import regions_of
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.guard.holds import Hold, hold_of
from hjv_pipelines.store.guard.release import allow
from hjv_pipelines.store.ledger import Counts, ImportResult, Run


@dataclass(frozen=True, slots=True)
class Allowed:
    """What became of a hold that was allowed: the documents that were merged, and the cards that changed."""

    hold: Hold
    merged: ImportResult
    published: tuple[Publication, ...]

    @property
    def counts(self) -> Counts:
        """Return how many documents were added, changed and removed."""
        return self.merged.total

    def __str__(self) -> str:
        """Say it in one sentence."""
        counts, published = self.counts, self.published
        withdrawn = sum(one.withdrawn for one in published)
        return (
            f"Hold {self.hold.hold_id} is allowed: {counts.added} units added, {counts.changed} changed, "
            f"{counts.removed} removed; {sum(one.appeared for one in published)} cards appeared, "
            f"{sum(one.changed for one in published)} changed, {withdrawn} were withdrawn."
        )


def allow_and_publish(
    connection: psycopg.Connection,
    pipeline: Pipeline,
    hold_id: int,
    by: str,
    reason: str,
    run: Run,
    clock: Callable[[], datetime],
) -> Allowed:
    """Merge exactly what the hold shows, and publish the cards that change by it.

    Raises `PermanentError` when the hold does not wait any more. Should publishing fail, the documents are merged all
    the same, and the next publication of the region brings the cards.
    """
    hold = hold_of(connection, hold_id)
    merged = allow(connection, hold_id, by, reason, run, clock)
    return Allowed(hold, merged, pipeline.publish(Scope(regions=regions_of(hold, merged)), run))
