"""Traps 12, 13 and 50, for long: ten copies are the store, byte for byte, at every pause of a storm.

HJV_SOAK_ROUNDS rounds (50), each with imports, notifications, withdrawals and reverts, consumers that die in the middle
of every third answer, a delivery and a publisher that are killed with SIGKILL, and now and then a feed that forgets.
HJV_SOAK_SEED chooses another storm.
"""

import os
import sys
from pathlib import Path

import pytest

from hjv_pipelines_tests.delivery.publishers import kinds_of_changes, published, told_twice_or_never
from hjv_pipelines_tests.delivery.storm import Storm

ROUNDS = int(os.environ.get("HJV_SOAK_ROUNDS", "50"))
SEED = int(os.environ.get("HJV_SOAK_SEED", "1177"))
CHANGES = 40

pytestmark = [pytest.mark.soak, pytest.mark.timeout(4 * 3600)]


def test_copies_are_the_store_at_every_pause_of_a_long_storm(database_url: str, tmp_path: Path) -> None:
    with Storm(database_url, tmp_path, SEED) as storm:
        for number in range(ROUNDS):
            storm.round(number, CHANGES)
            assert storm.copies_that_differ(published(database_url)) == [], f"after round {number}"
            assert told_twice_or_never(database_url) == [], f"after round {number}"
    sys.stdout.write(f"\n{ROUNDS} rounds: {dict(storm.lived)}, {dict(kinds_of_changes(database_url))} in the feed.\n")
