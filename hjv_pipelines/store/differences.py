"""What a merge just changed, read from the tables that it leaves until its transaction ends: for plans.

Here: the fields of the documents that differ, and the units that are gone. Not here: the merge (`merge.py`).
"""

from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

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


def field_changes(connection: psycopg.Connection) -> tuple[FieldChange, ...]:
    """Return how the fields of the units differ that were merged last in this transaction, the most changed first."""
    with connection.cursor(row_factory=class_row(FieldChange)) as cursor:
        return tuple(cursor.execute(FIELD_CHANGES, (SAMPLES,)))


def removed_units(connection: psycopg.Connection) -> tuple[str, ...]:
    """Return some of the units that are gone since the last merge in this transaction."""
    return tuple(hsa_id for (hsa_id,) in connection.execute(GONE, (SAMPLES,)))
