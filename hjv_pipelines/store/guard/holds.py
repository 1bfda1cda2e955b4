"""Holds: the part of a snapshot that was held back, one a source and region, until somebody decides.

Here: putting it aside, reading it, ending it. A hold ends in one of four ways: allowed (merged as it is, with the
time that it speaks of, so that rule 1 gives everything newer its due), rejected, or superseded by a later snapshot of
the same region, whether that one was accepted or held. Not here: why it is held (`judgement.py`), merging an allowed
one (`release.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal, LiteralString

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.sources.source import Coverage
from hjv_pipelines.store.guard.judgement import Breach
from hjv_pipelines.store.guard.measures import Measures, Tally
from hjv_pipelines.store.told import Told

State = Literal["held", "allowed", "rejected", "superseded"]

# A unit belongs to the region where the snapshot has it and to the one where the store has it: while either of the
# two is held back, it stays where it is.
ASIDE = """
CREATE TEMPORARY TABLE aside ON COMMIT DROP AS
SELECT s.region AS held_region, s.hsa_id, s.region, s.content_hash, s.body, s.place, s.findings
FROM staged s WHERE s.region = ANY(%(held)s) AND s.content_hash IS NOT NULL
UNION ALL
SELECT e.region, s.hsa_id, s.region, s.content_hash, s.body, s.place, s.findings
FROM staged s JOIN hjv.effective_documents e USING (hsa_id)
WHERE e.source = %(source)s AND e.coverage = %(coverage)s AND e.content_hash IS NOT NULL AND e.as_of < %(as_of)s
  AND e.region = ANY(%(held)s) AND e.region <> s.region AND s.content_hash IS NOT NULL
"""

KEEP_CONTENTS = """
INSERT INTO hjv.contents (content_hash, body)
SELECT DISTINCT ON (content_hash) content_hash, body FROM aside WHERE body IS NOT NULL ORDER BY content_hash
ON CONFLICT DO NOTHING
"""

# The region that such a unit leaves may be accepted: there it was not forgotten, only moved.
NAME_MOVING = """
UPDATE hjv.documents d SET named_as_of = greatest(d.named_as_of, %(as_of)s)
FROM aside a
WHERE d.source = %(source)s AND d.coverage = %(coverage)s AND d.hsa_id = a.hsa_id AND d.region <> a.region
"""

SUPERSEDE = """
UPDATE hjv.holds SET state = 'superseded', decided_at = %(now)s
WHERE source = %(source)s AND region = ANY(%(regions)s) AND state = 'held' AND as_of <= %(as_of)s RETURNING hold_id
"""

HOLD = """
INSERT INTO hjv.holds (source, region, coverage, import_id, as_of, fetched_at, held_at, breaches, measured,
    documents)
SELECT %(source)s, %(region)s, %(coverage)s, %(import_id)s, %(as_of)s, %(fetched_at)s, %(now)s, %(breaches)s,
    %(measured)s, (SELECT count(*) FROM staged WHERE region = %(region)s AND content_hash IS NOT NULL)
RETURNING hold_id
"""

PUT_ASIDE = """
INSERT INTO hjv.held_documents (hold_id, hsa_id, region, content_hash, place, findings)
SELECT h.hold_id, a.hsa_id, a.region, a.content_hash, a.place, a.findings
FROM aside a JOIN hjv.holds h ON h.hold_id = ANY(%s) AND h.region = a.held_region
"""

UNSTAGE = """
DELETE FROM staged WHERE region = ANY(%(held)s) OR hsa_id IN (SELECT hsa_id FROM aside)
"""

FORGET = "DELETE FROM hjv.held_documents WHERE hold_id = ANY(%s)"

HOLDS = """
SELECT hold_id, source, region, coverage, import_id, as_of, fetched_at, held_at, breaches, documents, state,
    decided_at, decided_by, reason
FROM hjv.holds
"""

DECIDE = """
UPDATE hjv.holds SET state = %(state)s, decided_at = %(now)s, decided_by = %(by)s, reason = %(reason)s
WHERE hold_id = %(hold_id)s AND state = 'held'
"""


@dataclass(frozen=True, slots=True)
class Hold:
    """What is held back of `source` for `region`: so many `documents`, for its `breaches`. Times in UTC.

    `state` "held" waits for a decision; `decided_by` and `reason` are those of the person who decided.
    """

    hold_id: int
    source: str
    region: str
    coverage: Coverage
    import_id: int
    as_of: datetime
    fetched_at: datetime
    held_at: datetime
    breaches: tuple[Breach, ...]
    documents: int
    state: State
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None


class HeldBackError(PermanentError):
    """A region that the guard holds back: it keeps what it had until somebody decides."""

    def __init__(self, hold: Hold) -> None:
        super().__init__(
            f"held back, since {', '.join(map(str, hold.breaches))}. Look at it with `hjv guard show {hold.hold_id}`, "
            f"then `hjv guard allow {hold.hold_id}` or `hjv guard reject {hold.hold_id}`."
        )


def hold_back(
    connection: psycopg.Connection, told: Told, tally: Tally, breached: Mapping[str, tuple[Breach, ...]]
) -> tuple[Hold, ...]:
    """Take the regions in `breached` out of what is staged and put them aside; older holds of any region end.

    Must run inside the transaction that staged it.
    """
    asked = {**told, "held": list(breached)}
    connection.execute(ASIDE, asked)
    connection.execute(KEEP_CONTENTS)
    connection.execute(NAME_MOVING, asked)
    superseded = connection.execute(SUPERSEDE, told).fetchall()
    connection.execute(FORGET, ([hold_id for (hold_id,) in superseded],))
    hold_ids = [_hold(connection, told, region, found, tally.measures(region)) for region, found in breached.items()]
    connection.execute(PUT_ASIDE, (hold_ids,))
    connection.execute(UNSTAGE, asked)
    return tuple(hold for hold in holds(connection) if hold.hold_id in hold_ids)


def without(told: Told, held: Sequence[Hold]) -> Told:
    """Return `told` as it is when the regions in `held` are not told of."""
    regions = {hold.region for hold in held}
    return {**told, "regions": [region for region in told["regions"] if region not in regions]}


def holds(connection: psycopg.Connection, state: State = "held") -> list[Hold]:
    """Return the holds in `state`, the oldest first."""
    return _read(connection, HOLDS + "WHERE state = %s ORDER BY hold_id", (state,))


def hold_of(connection: psycopg.Connection, hold_id: int) -> Hold:
    """Return one hold. Raises `PermanentError` when there is none of this number."""
    found = _read(connection, HOLDS + "WHERE hold_id = %s", (hold_id,))
    if not found:
        raise PermanentError(f"There is no hold {hold_id}. `hjv guard list` shows those that wait for a decision.")
    return found[0]


def end(connection: psycopg.Connection, hold_id: int, state: State, by: str, reason: str, now: datetime) -> None:
    """Note who decided what about a hold, and forget what was put aside with it.

    Raises `PermanentError` when it does not wait for a decision any more: the store has moved on.
    """
    decided = {"hold_id": hold_id, "state": state, "by": by, "reason": reason, "now": now}
    if connection.execute(DECIDE, decided).rowcount == 0:
        over = hold_of(connection, hold_id)
        raise PermanentError(
            f"Hold {hold_id} ({over.source}, {over.region}) is {over.state} since {over.decided_at:%Y-%m-%d %H:%M} "
            "UTC: what it shows is not what would happen now. `hjv guard list` shows what waits for a decision."
        )
    connection.execute(FORGET, ([hold_id],))


def _hold(
    connection: psycopg.Connection, told: Told, region: str, breached: tuple[Breach, ...], measures: Measures
) -> int:
    held = {
        "region": region,
        "breaches": Jsonb([asdict(breach) for breach in breached]),
        "measured": Jsonb(measures.as_json()),
    }
    row = connection.execute(HOLD, {**told, **held}).fetchone()
    assert row is not None  # noqa: S101  INSERT … RETURNING gives a row
    return int(row[0])


def _read(connection: psycopg.Connection, query: LiteralString, asked: tuple[str | int, ...]) -> list[Hold]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return [
            Hold(**{**row, "breaches": tuple(Breach(**breach) for breach in row["breaches"])})
            for row in cursor.execute(query, asked)
        ]
