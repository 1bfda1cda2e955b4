"""A backup brings every card back, and whoever had seen more than it knows is told to start over."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from typer.testing import CliRunner

from hjv_pipelines.backup.dump import back_up
from hjv_pipelines.backup.restore import Holding, holding, restore, try_out
from hjv_pipelines.cards.feed import feed_entries, feed_reach
from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.cli import app
from hjv_pipelines.delivery.client import DeliveryClient, StartOverError
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.conftest import name_of, named
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.store.told import MORNING, RUN, UNITS, Told, tell

A, B, C = UNITS
SKANE = "12-skane"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

CARDS = (
    "SELECT c.hsa_id, c.region, k.body FROM hjv.cards c JOIN hjv.contents k ON k.content_hash = c.card_hash ORDER BY 1"
)
KEPT = "SELECT datname FROM pg_database WHERE datname LIKE %s"


def publish(url: str, minute: int, word: str, *units: str) -> None:
    """Let the store hold `units`, told apart by `word`, and publish."""
    with connect(url) as connection:
        tell(connection, Told(minute, dict.fromkeys(units, (SKANE, word)), (SKANE,)))
        publish_region(connection, SKANE, Policy(), RUN, lambda: MORNING + timedelta(minutes=minute))


def cards(url: str) -> list[tuple[str, str, str]]:
    with connect(url) as connection:
        return connection.execute(CARDS).fetchall()


def position(url: str) -> int:
    """Return the newest feed entry's position."""
    with connect(url) as connection:
        return feed_entries(connection, 0, 1000, 10**9)[-1].position


@pytest.fixture
def store(database_url: str) -> Iterator[str]:
    """Give the address of a store with two cards; what restores leave beside it is dropped."""
    publish(database_url, 0, "one", A, B)
    yield database_url
    name = name_of(database_url)
    with psycopg.connect(named(database_url, "template1"), autocommit=True) as administrator:
        for (kept,) in administrator.execute(KEPT, (f"{name}_before_%",)).fetchall():
            administrator.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(kept)))


@pytest.fixture
def backup(store: str, tmp_path: Path) -> Path:
    """Give a backup of it, after which more was published."""
    path = back_up(store, tmp_path / "hjv.dump").path
    publish(store, 1, "two", A, C)
    return path


def test_every_card_and_the_feed_are_as_they_were(store: str, tmp_path: Path) -> None:
    before, at = cards(store), position(store)
    path = back_up(store, tmp_path / "hjv.dump").path
    publish(store, 1, "two", A, C)
    assert (cards(store), position(store)) != (before, at)
    done = restore(store, path, NOW)
    assert (cards(store), position(store)) == (before, at)
    assert done.now == Holding(2, at)


def test_the_restored_store_has_its_statistics(store: str, backup: Path) -> None:
    """The next import is planned as if nothing had happened: a backup holds no statistics."""
    restore(store, backup, NOW)
    with connect(store) as connection:
        known = connection.execute("SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = 'hjv'")
        assert {"documents", "cards", "contents"} <= {name for (name,) in known}


def test_the_restored_store_goes_on(store: str, backup: Path) -> None:
    restore(store, backup, NOW)
    publish(store, 2, "three", A, B, C)
    with connect(store) as connection:
        reach = feed_reach(connection)
        told = feed_entries(connection, reach.forgotten, 100, 10**9)
    assert [entry.hsa_id for entry in told] == [A, B, C]
    assert [entry.position for entry in told] == [reach.forgotten + 1, reach.forgotten + 2, reach.forgotten + 3]


@pytest.mark.parametrize("names_the_feed", [True, False])
def test_a_consumer_that_had_seen_more_starts_over(store: str, backup: Path, *, names_the_feed: bool) -> None:
    """Whether it names the feed or only a position, and also once the restored feed has come as far."""
    with connect(store) as connection:
        seen = feed_reach(connection)
    restore(store, backup, NOW)
    for minute, word in enumerate(("x", "y", "z"), start=2):
        publish(store, minute, word, A, B, C)
    with served(store) as client, DeliveryClient(str(client.base_url)) as delivery:
        if names_the_feed:
            with pytest.raises(StartOverError):
                delivery.changes_after(seen.feed_id, seen.head)
        assert client.get("/v1/changes", params={"after": seen.head}).status_code == 410
        with delivery.all_cards() as stream:
            copied = {card.hsa_id for card in stream}
        assert copied == {A, B, C}
        assert delivery.changes_after(stream.feed, stream.position).changes == ()


def test_a_recovery_to_an_earlier_moment_makes_it_another_feed(store: str) -> None:
    """A new timeline, as PostgreSQL's recovery begins one; the column stands for where the feed was written."""
    with connect(store) as connection:
        before = feed_reach(connection).feed_id
        connection.execute("UPDATE hjv.feed_head SET cluster = split_part(cluster, '/', 1) || '/0'")
        after = feed_reach(connection).feed_id
        assert after != before
        assert feed_reach(connection).feed_id == after


def test_trying_it_out_changes_nothing(store: str, backup: Path) -> None:
    before, at = cards(store), position(store)
    assert try_out(store, backup).cards == 2
    assert (cards(store), position(store)) == (before, at)


def test_what_was_there_is_kept_beside(store: str, backup: Path) -> None:
    before = holding(store)
    done = restore(store, backup, NOW)
    assert done.before == before
    assert holding(named(store, done.kept_as)) == before


def test_a_database_in_use_is_not_replaced(store: str, backup: Path) -> None:
    before = cards(store)
    with connect(store), pytest.raises(PermanentError, match="in use by hjv"):
        restore(store, backup, NOW)
    assert cards(store) == before


def test_a_damaged_backup_replaces_nothing(store: str, backup: Path) -> None:
    before = cards(store)
    whole = backup.read_bytes()
    backup.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PermanentError, match="pg_restore failed"):
        restore(store, backup, NOW)
    assert cards(store) == before


def test_a_backup_is_for_its_owner_only_and_never_written_over(store: str, backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    with pytest.raises(PermanentError, match="already"):
        back_up(store, backup)


def test_a_restore_asks_first(store: str, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = cards(store)
    monkeypatch.setenv("HJV_DATABASE_URL", store)
    monkeypatch.setenv("HJV_DATA_DIR", str(tmp_path))
    asked = CliRunner().invoke(app, ["restore", str(backup)], input="n\n")
    assert asked.exit_code == 1
    assert "Replace it" in asked.output
    assert cards(store) == before
    assert CliRunner().invoke(app, ["restore", str(backup)], input="y\n").exit_code == 0
    assert cards(store) != before
