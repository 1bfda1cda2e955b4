"""Nothing half-done is ever visible (rule 3): imports that run side by side, and imports that are killed.

The imports are real processes: the command `hjv import`, against a real database and the sandbox over HTTP.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from random import Random

import psycopg
import pytest

from hjv_pipelines.settings import SANDBOX_PATHS, Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation
from hjv_pipelines_tests.store.told import EMPTY_STORE

SKANE = "12-skane"

PUBLISHED = """
SELECT c.hsa_id, c.card_hash FROM hjv.cards c WHERE c.card_hash IS NOT NULL ORDER BY 1
"""

NEWEST_FEED_ENTRIES = """
SELECT hsa_id, card_hash FROM (
    SELECT DISTINCT ON (hsa_id) hsa_id, card_hash FROM hjv.feed ORDER BY hsa_id, position DESC
) newest WHERE card_hash IS NOT NULL ORDER BY 1
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with served_nation(tmp_path_factory.mktemp("nation")) as asking:
        yield asking


@pytest.fixture
def expected(settings: Settings, database_url: str) -> list[tuple[object, ...]]:
    """Give Skåne's cards as one undisturbed import publishes them, and leave an empty store."""
    flow = pipeline(settings, database_url)
    flow.import_source("hsa", Scope(regions=(SKANE,)), RUN)
    flow.publish(Scope(regions=(SKANE,)), RUN)
    with connect(database_url) as connection:
        cards = connection.execute(PUBLISHED).fetchall()
        connection.execute(EMPTY_STORE)
        connection.execute("UPDATE hjv.feed_head SET position = 0")
    assert cards
    return cards


def test_two_imports_of_a_region_at_once_lose_and_double_no_card(
    settings: Settings, database_url: str, connection: psycopg.Connection, expected: list[tuple[object, ...]]
) -> None:
    imports = [start_import(settings, database_url) for _ in range(2)]
    assert [process.wait() for process in imports] == [0, 0]
    assert connection.execute(PUBLISHED).fetchall() == expected
    assert feed_is_whole(connection)
    assert connection.execute("SELECT count(*) FROM hjv.feed").fetchone() == (len(expected),)


def test_an_import_killed_at_any_moment_leaves_a_store_that_the_next_one_completes(
    settings: Settings, database_url: str, connection: psycopg.Connection, expected: list[tuple[object, ...]]
) -> None:
    """Trap 50: the process dies at any instruction."""
    moments = Random(50)
    for _ in range(4):
        killed = start_import(settings, database_url)
        time.sleep(moments.uniform(0.8, 3.0))
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        seen = connection.execute(PUBLISHED).fetchall()
        assert seen in ([], expected)
        assert feed_is_whole(connection)
    assert start_import(settings, database_url).wait() == 0
    assert connection.execute(PUBLISHED).fetchall() == expected
    assert connection.execute(NEWEST_FEED_ENTRIES).fetchall() == expected
    assert connection.execute("SELECT count(*) FROM hjv.feed").fetchone() == (len(expected),)


def start_import(settings: Settings, database_url: str) -> subprocess.Popen[bytes]:
    """Start `hjv import hsa --region 12` as a process of its own."""
    addresses = {f"HJV_{name.upper()}": str(getattr(settings, name)) for name in SANDBOX_PATHS}
    environment = {**os.environ, **addresses, "HJV_DATABASE_URL": database_url, "HJV_SOURCES": "live"}
    command = (sys.executable, "-m", "hjv_pipelines.cli", "import", "hsa", "--region", "12", "--json")
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


def feed_is_whole(connection: psycopg.Connection) -> bool:
    """Tell whether the feed's positions are 1, 2, 3 … without a gap, up to its head."""
    row = connection.execute(
        "SELECT coalesce(max(position), 0), count(*), (SELECT position FROM hjv.feed_head) FROM hjv.feed"
    ).fetchone()
    return row is not None and row[0] == row[1] == row[2]
