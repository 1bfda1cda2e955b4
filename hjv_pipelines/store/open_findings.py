"""Reading findings: what is wrong now with what the sources say, of a unit, a region or everything.

Here: queries over the findings that no answer has released yet. Not here: keeping and ending them (`findings.py`),
and the words in which they are told (`findings/`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import psycopg
from psycopg.rows import class_row

FINDINGS: LiteralString = """
SELECT finding_id, source, region, hsa_id, field, rule, value, mend, place, refused, times, first_seen, last_seen
FROM hjv.findings WHERE ended_at IS NULL
"""

OF_A_UNIT: LiteralString = """
AND (hsa_id = %(hsa_id)s OR hsa_id = '' AND upper(replace(value, ' ', '')) = %(hsa_id)s)
ORDER BY source, field, rule
"""

CHOSEN: LiteralString = """
AND (%(regions)s::text[] = '{}' OR region = ANY(%(regions)s))
AND (%(sources)s::text[] = '{}' OR source = ANY(%(sources)s))
AND (%(rules)s::text[] = '{}' OR rule = ANY(%(rules)s))
AND (%(hsa_ids)s::text[] = '{}' OR hsa_id = ANY(%(hsa_ids)s))
"""

PAGE: LiteralString = "AND finding_id > %(after)s ORDER BY finding_id LIMIT %(limit)s"

COUNTS: LiteralString = """
SELECT source, rule, count(*) AS findings, count(*) FILTER (WHERE refused) AS refused,
    count(DISTINCT nullif(hsa_id, '')) AS units, min(first_seen) AS first_seen, max(last_seen) AS last_seen
FROM hjv.findings WHERE ended_at IS NULL
"""

BY_RULE: LiteralString = "GROUP BY source, rule ORDER BY source, count(*) DESC, rule"


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding as the store keeps it; times in UTC, by the source's clock (as_of).

    `times` counts the answers that showed it. `hsa_id` is empty where a refused record names no unit; `place` says
    where in the input a refused record stood, and `field` which value of a unit it is.
    """

    finding_id: int
    source: str
    region: str
    hsa_id: str
    field: str
    rule: str
    value: str
    mend: str
    place: str
    refused: bool
    times: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How many findings break a rule in what a source says, of how many `units`, and how many records it costs."""

    source: str
    rule: str
    findings: int
    refused: int
    units: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """Which findings are meant: those of any of each; of all where none is named."""

    regions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    hsa_ids: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """Return the choice as the queries name it."""
        return {
            "regions": list(self.regions),
            "sources": list(self.sources),
            "rules": list(self.rules),
            "hsa_ids": list(self.hsa_ids),
        }


EVERYTHING = Choice()
"""All findings."""


def findings_of_unit(connection: psycopg.Connection, hsa_id: str) -> list[KeptFinding]:
    """Return what is wrong now with what the sources say of a unit, or with a record whose id is none."""
    with connection.cursor(row_factory=class_row(KeptFinding)) as cursor:
        return cursor.execute(FINDINGS + OF_A_UNIT, {"hsa_id": hsa_id}).fetchall()


def page_of_findings(
    connection: psycopg.Connection, choice: Choice, *, after: int = 0, limit: int
) -> Sequence[KeptFinding]:
    """Return the first `limit` of the chosen findings behind the number `after`, in the order of their numbers."""
    with connection.cursor(row_factory=class_row(KeptFinding)) as cursor:
        asked = {**choice.told(), "after": after, "limit": limit}
        return cursor.execute(FINDINGS + CHOSEN + PAGE, asked).fetchall()


def count_findings(connection: psycopg.Connection, choice: Choice) -> list[FindingCount]:
    """Return how many of the chosen findings there are, by source and rule."""
    with connection.cursor(row_factory=class_row(FindingCount)) as cursor:
        return cursor.execute(COUNTS + CHOSEN + BY_RULE, choice.told()).fetchall()
