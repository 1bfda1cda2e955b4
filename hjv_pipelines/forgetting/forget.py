"""What is forgotten because it is old, all of it together: the store's tables and the raw inputs' files.

Documents, cards and whatever waits are never forgotten. Each table is done by itself: what is interrupted goes on the
next night. Here: the order, and the figures. Not here: what exactly goes (`store/retention/`, `store/inbox/`,
`store/raw/`), how old is old (`ages.py`), and Dagster's own runs (`orchestration/old_runs.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import psycopg

from hjv_pipelines.forgetting.ages import moments
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.inbox.retention import forget_inbox
from hjv_pipelines.store.raw.retention import going, keeping_of, prune
from hjv_pipelines.store.retention.contents import delete_unnamed, forget_contents
from hjv_pipelines.store.retention.feed import delete_old_entries, forget_feed
from hjv_pipelines.store.retention.ledger import LEDGER, MEASURES


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows of a table were, or would be, forgotten, and what they are older than (UTC).

    `before` is None where age alone does not decide. `rows` is None where an import kept us waiting: next time.
    """

    table: str
    rows: int | None
    before: datetime | None = None


def look(connection: psycopg.Connection, settings: Settings, now: datetime) -> tuple[Forgotten, ...]:
    """Return what `forget` would forget at `now`: it is done and taken back, and keeps nobody waiting."""
    with connection.transaction(force_rollback=True):
        old = moments(settings, now)
        entries = Forgotten("feed", delete_old_entries(connection, old.feed), old.feed)
        by_age = tuple(_by_age(connection, settings, now))
        contents = Forgotten("contents", delete_unnamed(connection))
    answers = Forgotten("raw_inputs", going(connection, keeping_of(settings), now).answers)
    return (entries, *by_age, contents, answers)


def forget(connection: psycopg.Connection, settings: Settings, now: datetime) -> tuple[Forgotten, ...]:
    """Forget what is older at `now` than the settings keep it, and return how much that was."""
    before = moments(settings, now).feed
    answers = Forgotten("raw_inputs", prune(connection, keeping_of(settings), now).answers)
    entries = Forgotten("feed", forget_feed(connection, before).number, before)
    by_age = tuple(_by_age(connection, settings, now))
    contents = Forgotten("contents", forget_contents(connection))
    return (entries, *by_age, contents, answers)


def _by_age(connection: psycopg.Connection, settings: Settings, now: datetime) -> Iterator[Forgotten]:
    """Forget what goes by its age alone, table by table."""
    old = moments(settings, now)
    hints, notifications = forget_inbox(connection, old.inbox)
    yield Forgotten("hints", hints, old.inbox)
    yield Forgotten("notifications", notifications, old.inbox)
    for rule in LEDGER:
        yield Forgotten(rule.table, rule.forget(connection, old.ledger, now), old.ledger)
    yield Forgotten(MEASURES.table, MEASURES.forget(connection, old.measures, now), old.measures)
