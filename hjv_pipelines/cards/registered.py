"""Reading KKA's unit register: its units, which of them are new, and how each stands to having a card.

Here: queries for those who show or deliver the register. Not here: making it (`register.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, LiteralString

import psycopg
from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from hjv_pipelines.cards.provenance import said_by
from hjv_pipelines.cards.register import REGISTER

UNITS = """
SELECT u.hsa_id, u.region, u.name, u.municipality_code, u.first_registered_at, u.registered_at,
    u.registered_at >= i.started_at AS new,
    c.card_hash IS NOT NULL AS visible, coalesce(c.failed_rules, '{}') AS failed_rules
FROM hjv.unit_register u
JOIN hjv.complete_snapshots made ON made.source = %(register)s AND made.region = u.region
JOIN hjv.imports i USING (import_id)
LEFT JOIN hjv.cards c ON c.hsa_id = u.hsa_id
WHERE u.removed_at IS NULL AND u.region = ANY(%(regions)s) AND u.hsa_id > %(after)s
"""
NEW = "AND u.registered_at >= i.started_at"
IN_ORDER = "ORDER BY u.hsa_id LIMIT %(limit)s"

STATE = """
SELECT min(made.as_of) AS as_of, min(i.started_at) AS made_at
FROM hjv.complete_snapshots made JOIN hjv.imports i USING (import_id)
WHERE made.source = %(register)s AND made.region = ANY(%(regions)s)
"""


class RegisteredUnit(BaseModel):
    """A unit that editors may administer in KKA."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    hsa_id: Annotated[str, said_by("hsa", "hsa_id")]
    """HSA-id, upper case."""
    name: Annotated[str, said_by("hsa", "public_name", "name", "location")]
    """Name that the unit's card has, or would have."""
    region: Annotated[str, said_by("hsa", "county_code")]
    """Key of the region where the unit lies, such as 12-skane; 00-distans for units without a county."""
    municipality_code: Annotated[str | None, said_by("hsa", "municipality_code")]
    """Code of the municipality, four digits."""
    new: bool
    """Whether the newest register of the region brought it: the one before did not have it."""
    registered_at: datetime
    """Since when it is in the register without a break (UTC)."""
    first_registered_at: datetime
    """When it came into the register for the first time (UTC)."""
    visible: bool
    """Whether it has a card now."""
    failed_rules: tuple[str, ...]
    """Rules of visibility that it fails now; none for a unit with a card, or one that was not judged yet."""


@dataclass(frozen=True, slots=True)
class RegisterState:
    """How old the register of some regions is, by the oldest of them: `as_of` the state of HSA that it was made of.

    `made_at` is when it was made (UTC); both are None where none of the regions has a register yet.
    """

    as_of: datetime | None
    made_at: datetime | None


def registered_units(
    connection: psycopg.Connection, regions: Sequence[str], *, after: str = "", limit: int
) -> list[RegisteredUnit]:
    """Return the first `limit` units in the register of `regions`, in the order of their ids, behind the id `after`."""
    return _units(connection, f"{UNITS} {IN_ORDER}", regions, after, limit)


def new_units(
    connection: psycopg.Connection, regions: Sequence[str], *, after: str = "", limit: int
) -> list[RegisteredUnit]:
    """Return, as `registered_units` does, those units that the newest register of their region brought."""
    return _units(connection, f"{UNITS} {NEW} {IN_ORDER}", regions, after, limit)


def register_state(connection: psycopg.Connection, regions: Sequence[str]) -> RegisterState:
    """Return how old the register of `regions` is."""
    with connection.cursor(row_factory=class_row(RegisterState)) as cursor:
        state = cursor.execute(STATE, {"register": REGISTER, "regions": list(regions)}).fetchone()
    assert state is not None  # noqa: S101  an aggregate gives a row
    return state


def _units(
    connection: psycopg.Connection, query: LiteralString, regions: Sequence[str], after: str, limit: int
) -> list[RegisteredUnit]:
    asked = {"register": REGISTER, "regions": list(regions), "after": after, "limit": limit}
    with connection.cursor(row_factory=class_row(RegisteredUnit)) as cursor:
        return cursor.execute(query, asked).fetchall()
