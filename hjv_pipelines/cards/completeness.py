"""How complete the published cards are: in what share of a region's cards each important field is filled.

Here: which fields are important, and counting them. Not here: what is good enough, and how it is shown
(`orchestration/`).
"""

from dataclasses import dataclass
from typing import LiteralString

import psycopg

IMPORTANT: dict[str, tuple[str, ...]] = {
    "visiting address": ("contact", "visiting_address"),
    "telephone": ("contact", "telephones"),
    "web": ("contact", "web"),
    "opening hours": ("hours", "opening"),
    "telephone hours": ("hours", "telephone"),
    "position": ("find", "position"),
    "description": ("about", "description"),
    "e-services": ("eservices",),
    "help (KKA)": ("help",),
    "listing": ("listing",),
    "waiting times": ("waiting_times",),
    "patient survey": ("patient_survey",),
}
"""What a resident looks for first, and where it stands on the card."""

# A card's JSON leaves out what it does not have. It is read once a card, not once a field.
FILLED: LiteralString = """
WITH cards AS MATERIALIZED (
    SELECT c.region, k.body::jsonb AS body FROM hjv.cards c JOIN hjv.contents k ON k.content_hash = c.card_hash
)
SELECT c.region, f.field, count(*) FILTER (WHERE c.body #> string_to_array(f.path, ' ') IS NOT NULL)
FROM cards c CROSS JOIN unnest(%s::text[], %s::text[]) AS f (field, path)
GROUP BY 1, 2
"""

CARDS: LiteralString = "SELECT region, count(card_hash) FROM hjv.cards GROUP BY region ORDER BY region"


@dataclass(frozen=True, slots=True)
class Completeness:
    """A region's published `cards`, and by field in how many of them it is filled."""

    region: str
    cards: int
    filled: dict[str, int]

    def share(self, field: str) -> float | None:
        """Return in what share of the cards a field is filled, 0 to 1; none where there is no card."""
        return self.filled.get(field, 0) / self.cards if self.cards else None


def completeness(connection: psycopg.Connection) -> list[Completeness]:
    """Return how complete each region's cards are."""
    paths = [" ".join(path) for path in IMPORTANT.values()]
    filled: dict[str, dict[str, int]] = {}
    for region, field, number in connection.execute(FILLED, (list(IMPORTANT), paths)):
        filled.setdefault(region, {})[field] = number
    return [Completeness(region, cards, filled.get(region, {})) for region, cards in connection.execute(CARDS)]
