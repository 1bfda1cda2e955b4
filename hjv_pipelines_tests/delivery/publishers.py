"""Publishers for the delivery's tests: units that change, come and go in two regions, as fast as they can.

Here: changes made through the store's own merge and publication. Not here: promises.

    python -m hjv_pipelines_tests.delivery.publishers DATABASE SEED FIRST_MINUTE LAST_MINUTE

storms in a process of its own until it is killed, and tells first by which process of the database.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from itertools import cycle
from random import Random
from uuid import uuid4

import psycopg

from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.ledger import Run, begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines.store.revert import Revert, put_back
from hjv_pipelines_tests.store.told import MORNING, REGIONS, RUN, Told, snapshot, tell

UNIT_IDS = tuple(f"SE2321000016-U{number}" for number in range(24))
WORDS = ("one", "two", "three", "hidden")

CARDS = """
SELECT c.hsa_id, convert_to(k.body, 'UTF8') FROM hjv.cards c JOIN hjv.contents k ON k.content_hash = c.card_hash
WHERE %(region)s::text IS NULL OR c.region = %(region)s ORDER BY c.hsa_id
"""


KINDS = "SELECT kind, count(*)::int FROM hjv.feed GROUP BY kind"

TOLD_TWICE_OR_NEVER = """
WITH told AS (
    SELECT position, hsa_id, row(region, card_hash) AS said, lag(position) OVER (ORDER BY position) AS previous,
        lag(row(region, card_hash)) OVER (PARTITION BY hsa_id ORDER BY position) AS said_before
    FROM hjv.feed WHERE position > (SELECT forgotten FROM hjv.feed_head)
)
SELECT position, hsa_id FROM told WHERE said = said_before OR position <> previous + 1
"""


def published(database_url: str, region: str | None = None) -> dict[str, bytes]:
    """Return the cards that stand in the store: HSA-id → canonical JSON."""
    with connect(database_url) as connection:
        return dict(connection.execute(CARDS, {"region": region}).fetchall())


def kinds_of_changes(database_url: str) -> Counter[str]:
    """Return how many entries of each kind the feed has."""
    with connect(database_url) as connection:
        return Counter(dict(connection.execute(KINDS).fetchall()))


def told_twice_or_never(database_url: str) -> list[tuple[int, str]]:
    """Return the feed's entries that say of a unit what the one before said, or that leave a gap before them."""
    with connect(database_url) as connection:
        return connection.execute(TOLD_TWICE_OR_NEVER).fetchall()


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


def publish_storm(database_url: str, seed: int, times: int, first_minute: int) -> None:
    """Import regions whole, tell of single units and revert runs, `times` times, publishing after each.

    A unit that an import does not name, or that is hidden, is withdrawn.
    """
    with connect(database_url) as connection:
        _storm(connection, Random(seed), range(first_minute, first_minute + times))


def _storm(connection: psycopg.Connection, chance: Random, minutes: Iterable[int]) -> None:
    for minute in minutes:
        chance.choices((_import_whole, _notify, _revert), (2, 5, 1))[0](connection, chance, minute)
        for region in REGIONS:
            publish_region(connection, region, Policy(), RUN, lambda: MORNING)


def _import_whole(connection: psycopg.Connection, chance: Random, minute: int) -> None:
    tell(connection, Told(minute, _said(chance, 20), regions=REGIONS))


def _notify(connection: psycopg.Connection, chance: Random, minute: int) -> None:
    told = _said(chance, 3)
    tell(connection, Told(minute, told, asked=tuple(told)))


def _revert(connection: psycopg.Connection, chance: Random, minute: int) -> None:
    """Tell wrong things of some units, publish them, and take them back."""
    bad = Run(f"bad {uuid4()}", "schedule")
    told = _said(chance, 8)
    wrong = Told(minute, told, asked=tuple(told))
    merge(connection, snapshot(wrong), begin_import(connection, "hsa", wrong.scope, bad, MORNING), lambda: MORNING)
    for region in REGIONS:
        publish_region(connection, region, Policy(), bad, lambda: MORNING)
    with connection.transaction():
        put_back(connection, Revert(bad.run_id, "Karin", "Wrong names."), Run("reverting", "revert"), lambda: MORNING)


def _said(chance: Random, units: int) -> dict[str, tuple[str, str]]:
    named = sorted(chance.sample(UNIT_IDS, units))
    return {hsa_id: (chance.choice(REGIONS), chance.choice(WORDS)) for hsa_id in named}


if __name__ == "__main__":
    with connect(sys.argv[1]) as connection:
        print(connection.info.backend_pid, flush=True)  # noqa: T201  read by who kills us
        _storm(connection, Random(sys.argv[2]), cycle(range(int(sys.argv[3]), int(sys.argv[4]))))
