"""A plan: what would appear, change and disappear if a hold were allowed, in documents, fields and cards.

It is no estimate: the hold is merged and its region published, the difference is read, and all of it is taken back.
Here: that. Not here: merging (`store/guard/release.py`) and publishing (`cards/publish.py`) themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import psycopg

from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.cards.publish import SHOWN_CHANGES
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.guarding.rehearsal import REHEARSED, rehearse
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.differences import FieldChange, field_changes, removed_units
from hjv_pipelines.store.guard.holds import Hold, hold_of
from hjv_pipelines.store.guard.release import merge_held
from hjv_pipelines.store.ledger import Counts, ImportResult, begin_import


@dataclass(frozen=True, slots=True)
class Plan:
    """What allowing `hold` would do to documents (`counts`), their `fields`, and the cards.

    `gone` names some of the units that would be removed. Among the cards are those of units that move to another
    region; cards there that only link to these are left out.
    """

    hold: Hold
    counts: Counts
    fields: tuple[FieldChange, ...]
    gone: tuple[str, ...]
    cards: Publication


def plan_of(connection: psycopg.Connection, hold: Hold, policy: Policy, clock: Callable[[], datetime]) -> Plan:
    """Return what would happen if `hold` were allowed now, and leave everything as it is."""
    with connection.transaction(force_rollback=True):
        import_id = begin_import(connection, hold.source, Scope(regions=(hold.region,)), REHEARSED, clock())
        merged = merge_held(connection, hold, import_id, clock)
        fields, gone = field_changes(connection), removed_units(connection)
        cards = rehearse(connection, regions_of(hold, merged), policy, clock)
    return Plan(hold, merged.total, fields, gone, _together(cards))


def regions_of(hold: Hold, merged: ImportResult) -> tuple[str, ...]:
    """Return the regions whose cards `hold` concerns once it is `merged`: its own, and those its units move to."""
    return (hold.region, *(region for region in merged.counts if region != hold.region))


def plan_of_waiting(
    connection: psycopg.Connection, hold_id: int, policy: Policy, clock: Callable[[], datetime]
) -> Plan:
    """Return the plan of the hold of this number. Raises `PermanentError` when none such waits for a decision."""
    hold = hold_of(connection, hold_id)
    if hold.state != "held":
        raise PermanentError(f"Hold {hold_id} is {hold.state} since {hold.decided_at:%Y-%m-%d %H:%M} UTC.")
    return plan_of(connection, hold, policy, clock)


def _together(cards: tuple[Publication, ...]) -> Publication:
    """Return what the publications of some regions did as that of the first of them."""
    figures = ("appeared", "changed", "withdrawn", "unchanged", "visible", "hidden")
    return replace(
        cards[0],
        **{name: sum(getattr(one, name) for one in cards) for name in figures},
        changes=tuple(change for one in cards for change in one.changes)[:SHOWN_CHANGES],
    )
