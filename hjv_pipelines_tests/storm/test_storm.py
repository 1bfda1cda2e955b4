"""No wrong card at any moment that a consumer could see, and none missing at the end, whatever happens.

A schedule is a seeded sequence of ten to thirty events over a tiny nation: changes, imports and notifications, and
among them bad files, outages, lies, slow answers, notifications twice and late, connections that are cut, deaths in
mid-merge and mid-publication, a full disk, clock jumps. HJV_SOAK_SCHEDULES chooses how many a soak goes through (1000),
HJV_SOAK_SEED where it begins. Kills of whole processes are in `soak/test_kills.py`. Traps 1 to 6, 10 and 50.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.storm.schedule import Stage, stage, weather

SCHEDULES = int(os.environ.get("HJV_SOAK_SCHEDULES", "1000"))
FIRST = int(os.environ.get("HJV_SOAK_SEED", "0"))


@pytest.fixture(scope="module")
def served() -> Iterator[Stage]:
    """Give the sandbox's server."""
    with stage() as opened:
        yield opened


def survived(seed: int, served: Stage, database_server: str, migrated_template: str) -> list[str]:
    with (
        temporary_database(database_server, migrated_template) as url,
        TemporaryDirectory(prefix="hjv-storm-") as folder,
        psycopg.connect(url, autocommit=True) as administrator,
    ):
        # Nothing here ends the server itself, and so nothing is lost by it.
        administrator.execute(f"ALTER DATABASE {administrator.info.dbname} SET synchronous_commit TO off")
        return weather(seed, served, url, Path(folder))


@pytest.mark.parametrize("seed", range(4))
def test_a_storm_shows_no_wrong_card_and_loses_none(
    seed: int, served: Stage, database_server: str, migrated_template: str
) -> None:
    assert survived(seed, served, database_server, migrated_template)


@pytest.mark.soak
@pytest.mark.timeout(6 * 3600)
def test_a_thousand_storms(served: Stage, database_server: str, migrated_template: str) -> None:
    kinds: Counter[str] = Counter()
    failed: list[int] = []
    for seed in range(FIRST, FIRST + SCHEDULES):
        try:
            kinds.update(survived(seed, served, database_server, migrated_template))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other schedules go on
            failed.append(seed)
            print(f"schedule {seed}: {error!r}"[:600], flush=True)  # noqa: T201 - a soak tells
        if (seed - FIRST) % 50 == 49:
            print(f"{seed - FIRST + 1} schedules, {len(failed)} failed, {kinds.total()} faults", flush=True)  # noqa: T201
    table = "\n".join(f"{number:6} {kind}" for kind, number in sorted(kinds.items()))
    print(f"{SCHEDULES - len(failed)} of {SCHEDULES} schedules; {kinds.total()} faults survived:\n{table}")  # noqa: T201
    assert failed == []
