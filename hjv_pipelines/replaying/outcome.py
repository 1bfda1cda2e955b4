"""What came of a replay: what it did, and whether the same cards stand in both stores.

Here: the outcome, and the comparison. Not here: the replay (`replay.py`), and what is said of it (`command.py`).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

import psycopg

CARDS_AT = """
SELECT hsa_id, card_hash FROM (
    SELECT DISTINCT ON (hsa_id) hsa_id, card_hash FROM hjv.feed WHERE at < %s ORDER BY hsa_id, position DESC
) newest WHERE card_hash IS NOT NULL
"""

PUBLISHED = "SELECT hsa_id, coalesce(card_hash, 'withdrawn') FROM hjv.feed WHERE at >= %s AND at < %s ORDER BY position"


@dataclass(slots=True)
class Replay:
    """What a replay of `day` did and found.

    `opening` documents stood when the day began. `imports` were replayed from raw inputs, `decisions` told again as a
    person made them; of `missing` imports the raw inputs are not there (with why), and what they changed was told
    again too. `cards` stood published at the end, `differing` are the units whose cards are others: HSA-id → (hash
    published, hash replayed). `versions` were published during the day, `other_versions` of them, of the units
    `meanwhile`, not by the replay.
    """

    day: date
    opening: int = 0
    imports: int = 0
    decisions: int = 0
    missing: list[str] = field(default_factory=list)
    cards: int = 0
    differing: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    versions: int = 0
    other_versions: int = 0
    meanwhile: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_identical(self) -> bool:
        """Tell whether everything could be replayed, and all cards came out byte for byte."""
        return not (self.missing or self.differing or self.other_versions)


def compare(
    origin: psycopg.Connection, replica: psycopg.Connection, start: datetime, end: datetime, told: Replay
) -> None:
    """Lay the cards of both stores side by side, at the end and version by version, and write it into `told`."""
    then: dict[str, str] = dict(origin.execute(CARDS_AT, (end,)).fetchall())
    replayed: dict[str, str] = dict(replica.execute(CARDS_AT, (end,)).fetchall())
    told.cards = len(then)
    told.differing = {
        hsa_id: (then.get(hsa_id), replayed.get(hsa_id))
        for hsa_id in sorted({*then, *replayed})
        if then.get(hsa_id) != replayed.get(hsa_id)
    }
    published, again = (_published(store, start, end) for store in (origin, replica))
    told.versions = sum(map(len, published.values()))
    told.meanwhile = [hsa_id for hsa_id in sorted({*published, *again}) if published.get(hsa_id) != again.get(hsa_id)]
    told.other_versions = sum(len(published.get(hsa_id, ()) or again.get(hsa_id, ())) for hsa_id in told.meanwhile)


def _published(store: psycopg.Connection, start: datetime, end: datetime) -> dict[str, list[str]]:
    versions: defaultdict[str, list[str]] = defaultdict(list)
    for hsa_id, card_hash in store.execute(PUBLISHED, (start, end)):
        versions[hsa_id].append(card_hash)
    return versions
