"""Publishers for the delivery's tests: units that change, come and go in two regions, as fast as they can.

Here: changes made through the store's own merge and publication. Not here: promises.
"""

from random import Random

from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.store.told import MORNING, REGIONS, RUN, Told, tell

UNIT_IDS = tuple(f"SE2321000016-U{number}" for number in range(24))
WORDS = ("one", "two", "three", "hidden")

CARDS = """
SELECT c.hsa_id, convert_to(k.body, 'UTF8') FROM hjv.cards c JOIN hjv.contents k ON k.content_hash = c.card_hash
WHERE %(region)s::text IS NULL OR c.region = %(region)s ORDER BY c.hsa_id
"""


def published(database_url: str, region: str | None = None) -> dict[str, bytes]:
    """Return the cards that stand in the store: HSA-id → canonical JSON."""
    with connect(database_url) as connection:
        return dict(connection.execute(CARDS, {"region": region}).fetchall())


def publish_changes(database_url: str, seed: int, times: int, first_minute: int = 0) -> None:
    """Change some units, and publish both regions, `times` times; some units move between the regions."""
    chance = Random(seed)
    with connect(database_url) as connection:
        for minute in range(first_minute, first_minute + times):
            asked = tuple(sorted(chance.sample(UNIT_IDS, 6)))
            told = {hsa_id: (chance.choice(REGIONS), chance.choice(WORDS)) for hsa_id in asked}
            tell(connection, Told(minute, told, asked=asked))
            for region in REGIONS:
                publish_region(connection, region, Policy(), RUN, lambda: MORNING)
