"""Publishing regions to see what would come of it, inside a transaction that is taken back.

Here: that, for every plan. Not here: what was merged before (`plan.py`, `revert.py`), and publishing itself
(`cards/publish.py`).
"""

from collections.abc import Callable, Iterable
from datetime import datetime

import psycopg

from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.store.ledger import Run

REHEARSED = Run("plan", "plan")
"""Who does what is taken back."""


def rehearse(
    connection: psycopg.Connection, regions: Iterable[str], policy: Policy, clock: Callable[[], datetime]
) -> tuple[Publication, ...]:
    """Publish `regions`, and return what that did. Must run inside a transaction that is rolled back."""
    return tuple(_published(connection, region, policy, clock) for region in regions)


def _published(
    connection: psycopg.Connection, region: str, policy: Policy, clock: Callable[[], datetime]
) -> Publication:
    published = publish_region(connection, region, policy, REHEARSED, clock)
    # They are dropped by a commit, and this transaction has more regions to come.
    connection.execute("DROP TABLE built, depended, change")
    return published
