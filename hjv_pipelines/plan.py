"""A plan: what would appear, change and disappear if a hold were allowed, in documents, fields and cards.

It is no estimate: the hold is merged and its region published, the difference is read, and all of it is taken back.
Here: that. Not here: merging (`store/guard/release.py`) and publishing (`cards/publish.py`) themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.cards.publish import Publication, publish_region
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.guard.holds import Hold, hold_of
from hjv_pipelines.store.guard.release import merge_held
from hjv_pipelines.store.ledger import Counts, Run, begin_import

SAMPLES = 3

FIELD_CHANGES = """
WITH changed AS (
    SELECT d.hsa_id, b.content_hash AS before, a.content_hash AS after
    FROM difference d JOIN held_before b USING (hsa_id) JOIN held_after a USING (hsa_id, coverage)
    WHERE d.kind = 'changed' AND a.content_hash <> b.content_hash
), before AS (
    SELECT c.hsa_id, f.key AS field, f.value FROM changed c JOIN hjv.contents k ON k.content_hash = c.before
    CROSS JOIN LATERAL jsonb_each(k.body::jsonb -> 'record') f
), after AS (
    SELECT c.hsa_id, f.key AS field, f.value FROM changed c JOIN hjv.contents k ON k.content_hash = c.after
    CROSS JOIN LATERAL jsonb_each(k.body::jsonb -> 'record') f
), fields AS (
    SELECT hsa_id, field, b.value AS before, a.value AS after FROM before b FULL JOIN after a USING (hsa_id, field)
    WHERE b.value IS DISTINCT FROM a.value
)
SELECT field, count(*) FILTER (WHERE before IS NULL) AS appear, count(*) FILTER (WHERE after IS NULL) AS disappear,
    count(*) FILTER (WHERE before IS NOT NULL AND after IS NOT NULL) AS change,
    (array_agg(hsa_id || ': ' || left(coalesce(before #>> '{}', 'none'), 60) || ' → '
        || left(coalesce(after #>> '{}', 'none'), 60) ORDER BY hsa_id))[1:%s] AS samples
FROM fields GROUP BY field ORDER BY count(*) DESC, field
"""

GONE = "SELECT hsa_id FROM difference WHERE kind = 'removed' ORDER BY hsa_id LIMIT %s"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """In how many units a field's value would `appear`, `disappear` or `change`, with some `samples` in words."""

    field: str
    appear: int
    disappear: int
    change: int
    samples: list[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What allowing `hold` would do to documents (`counts`), their `fields`, and the cards of its region.

    `gone` names some of the units that would be removed. Cards of other regions, which link to these, are left out.
    """

    hold: Hold
    counts: Counts
    fields: tuple[FieldChange, ...]
    gone: tuple[str, ...]
    cards: Publication


def plan_of(connection: psycopg.Connection, hold: Hold, policy: Policy, clock: Callable[[], datetime]) -> Plan:
    """Return what would happen if `hold` were allowed now, and leave everything as it is."""
    run = Run("plan", "plan")
    with connection.transaction(force_rollback=True):
        import_id = begin_import(connection, hold.source, Scope(regions=(hold.region,)), run, clock())
        merged = merge_held(connection, hold, import_id, clock())
        with connection.cursor(row_factory=class_row(FieldChange)) as cursor:
            fields = tuple(cursor.execute(FIELD_CHANGES, (SAMPLES,)))
        gone = tuple(hsa_id for (hsa_id,) in connection.execute(GONE, (SAMPLES,)))
        cards = publish_region(connection, hold.region, policy, run, clock)
    return Plan(hold, merged.total, fields, gone, cards)


def plan_of_waiting(
    connection: psycopg.Connection, hold_id: int, policy: Policy, clock: Callable[[], datetime]
) -> Plan:
    """Return the plan of the hold of this number. Raises `PermanentError` when none such waits for a decision."""
    hold = hold_of(connection, hold_id)
    if hold.state != "held":
        raise PermanentError(f"Hold {hold_id} is {hold.state} since {hold.decided_at:%Y-%m-%d %H:%M} UTC.")
    return plan_of(connection, hold, policy, clock)
