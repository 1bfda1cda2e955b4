"""Reverting a run as a whole: documents, then cards; or only what it would do.

Here: the two in their order, with the regions whose cards are concerned. Not here: the documents
(`store/revert.py`), and publishing (`flow.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg

from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.guarding.rehearsal import REHEARSED, rehearse
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.ledger import Run
from hjv_pipelines.store.revert import Revert, RevertedSource, put_back


@dataclass(frozen=True, slots=True)
class Reverted:
    """What a revert did, or would do: documents by source, cards by region."""

    run_id: str
    sources: tuple[RevertedSource, ...]
    cards: tuple[Publication, ...]


def revert_run(
    pipeline: Pipeline, database_url: str, revert: Revert, run: Run, clock: Callable[[], datetime]
) -> Reverted:
    """Put back what `revert` names, all of it or nothing, and publish the cards that it concerns.

    Raises `PermanentError` when that run imported nothing of it.
    """
    with connect(database_url) as connection, connection.transaction():
        sources = put_back(connection, revert, run, clock)
    regions = _regions(sources)
    cards = pipeline.publish(Scope(regions=regions), run) if regions else ()
    return Reverted(revert.run_id, sources, cards)


def revert_plan(
    connection: psycopg.Connection, revert: Revert, policy: Policy, clock: Callable[[], datetime]
) -> Reverted:
    """Return what `revert_run` would do now, and leave everything as it is.

    Cards of other regions, which link to these, are left out. Raises `PermanentError` as it does.
    """
    with connection.transaction(force_rollback=True):
        sources = put_back(connection, revert, REHEARSED, clock)
        cards = rehearse(connection, _regions(sources), policy, clock)
    return Reverted(revert.run_id, sources, cards)


def _regions(sources: tuple[RevertedSource, ...]) -> tuple[str, ...]:
    return tuple(sorted({region for source in sources if source.results for region in source.regions}))
