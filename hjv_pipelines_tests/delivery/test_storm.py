"""Ten copies are the store, byte for byte, at every pause, whoever was killed meanwhile. `make soak` storms longer."""

from pathlib import Path

import pytest

from hjv_pipelines_tests.delivery.publishers import kinds_of_changes, published, told_twice_or_never
from hjv_pipelines_tests.delivery.storm import Storm


@pytest.mark.slow
def test_copies_are_the_store_at_every_pause_whoever_is_killed(database_url: str, tmp_path: Path) -> None:
    """Traps 12, 13 and 50."""
    with Storm(database_url, tmp_path, seed=1177) as storm:
        for number in range(2):
            storm.round(number, changes=5)
            assert storm.copies_that_differ(published(database_url)) == []
    assert {"deaths", "deliveries killed", "publishers killed"} <= set(storm.lived)
    assert kinds_of_changes(database_url)["withdrawn"] > 0
    assert told_twice_or_never(database_url) == []
