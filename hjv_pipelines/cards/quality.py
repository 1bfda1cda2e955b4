"""How good the published cards are: figures to judge them by.

Here: queries for checks, over published cards. Not here: what is good enough, and what follows when it is not
(`orchestration/`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from hjv_pipelines.cards.parts import Position
from hjv_pipelines.cards.position import kilometres_to_counties

_HELD = 5000
"""Cards whose positions are held at once, some 2.5 kB each."""

# OFFSET keeps PostgreSQL from reading each card anew for every part of it.
POSITIONS = """
SELECT c.hsa_id, found.at -> 'county' ->> 'code', found.at -> 'position'
FROM hjv.cards c JOIN hjv.contents k ON k.content_hash = c.card_hash
CROSS JOIN LATERAL (SELECT k.body::jsonb -> 'find' OFFSET 0) AS found (at)
WHERE found.at -> 'position' IS NOT NULL AND found.at -> 'county' ->> 'code' IS NOT NULL
ORDER BY c.hsa_id
"""


@dataclass(frozen=True, slots=True)
class DistanceToCounty:
    """How far a card's position lies from the nearest main town of its county, in kilometres."""

    hsa_id: str
    county_code: str
    kilometres: float


def distances_to_county(connection: psycopg.Connection) -> Iterator[DistanceToCounty]:
    """Yield the distance of every card that has a position and a county, by HSA-id; so many at a time are held here."""
    with connection.transaction(), connection.cursor("positions") as cards:
        cards.execute(POSITIONS)
        while piece := cards.fetchmany(_HELD):
            positions = [Position.model_validate(position) for _, _, position in piece]
            distances = kilometres_to_counties(positions, [county for _, county, _ in piece])
            for (hsa_id, county, _), kilometres in zip(piece, distances, strict=True):
                yield DistanceToCounty(hsa_id, county, kilometres)
