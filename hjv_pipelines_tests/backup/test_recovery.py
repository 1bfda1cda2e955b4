"""A server that archives its log is brought back to any moment: every card is as it was then, and consumers start over.

As docs/operations.md tells it to the person on duty, with a server of the test's own: the log's archive, a base backup,
and a recovery of that to a moment between two changes.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import stamina

from hjv_pipelines.backup.programs import run, server_version
from hjv_pipelines.cards.feed import feed_entries, feed_reach
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect, database
from hjv_pipelines.store.integrity import dangling
from hjv_pipelines.store.migrate import migrate
from hjv_pipelines_tests.backup.test_restore import A, B, C, cards, publish

ARCHIVING = """
archive_mode = on
archive_command = 'test ! -f "{archive}/%f" && cp "%p" "{archive}/%f"'
"""

RECOVERY = """
archive_mode = off
restore_command = 'cp "{archive}/%f" "%p"'
recovery_target_time = '{moment}'
recovery_target_action = promote
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that the server's own user may enter when we are root, with one in it for the archive."""
    with TemporaryDirectory(prefix="hjv-tests-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "archive").mkdir()
        (folder / "archive").chmod(0o777)
        yield folder


def settings_of(home: Path) -> Settings:
    return Settings.model_validate({"data_dir": home})


def told(home: Path, words: str) -> None:
    """Let the server of `home` find `words` in its configuration when it starts."""
    with (home / "postgres" / "postgresql.auto.conf").open("a") as configuration:
        configuration.write(words)


def hand_over(copy: Path, original: Path) -> None:
    """Give a copy to whom the original belongs, without its socket's lock: a server of root's runs as another user."""
    for lock in copy.glob(".s.PGSQL.*"):
        lock.unlink()
    owner = original.stat()
    for path in (copy, *copy.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)


def archived(url: str) -> None:
    """Wait until what was written so far is in the archive."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE public.archived ()")
        row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        for attempt in stamina.retry_context(on=AssertionError, attempts=100, wait_max=0.2, timeout=60):
            with attempt:
                done = connection.execute("SELECT last_archived_wal FROM pg_stat_archiver").fetchone()
                assert row is not None
                assert done is not None
                assert (done[0] or "") >= row[0]


def moment_of(url: str) -> datetime:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    return row[0]


def recovered(url: str) -> None:
    """Wait until the server has recovered, and serves as any other."""
    with psycopg.connect(url, autocommit=True) as connection:
        for attempt in stamina.retry_context(on=AssertionError, attempts=100, wait_max=0.2, timeout=60):
            with attempt:
                assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)


def feed_of(url: str) -> str:
    with connect(url) as connection:
        return feed_reach(connection).feed_id


def test_every_card_is_as_it_was_at_a_moment(folder: Path) -> None:
    home, beside = folder / "home", folder / "beside"
    with database(settings_of(home)) as url:
        migrate(url)
        publish(url, 0, "one", A, B)
    told(home, ARCHIVING.format(archive=folder / "archive"))
    with database(settings_of(home)) as url:
        beside.mkdir()
        run("pg_basebackup", ["--pgdata", str(beside / "postgres"), "--checkpoint=fast"], url, server_version(url))
        hand_over(beside / "postgres", home / "postgres")
        publish(url, 1, "two", A, C)
        wanted, moment, feed = cards(url), moment_of(url), feed_of(url)
        publish(url, 2, "three", B)
        assert cards(url) != wanted
        archived(url)
    told(beside, RECOVERY.format(archive=folder / "archive", moment=moment))
    (beside / "postgres" / "recovery.signal").touch()
    with database(settings_of(beside)) as url:
        recovered(url)
        assert cards(url) == wanted
        assert feed_of(url) != feed
        publish(url, 3, "four", A, B, C)
        with connect(url) as connection:
            assert dangling(connection) == {}
            assert [entry.hsa_id for entry in feed_entries(connection, 0, 100, 10**9)][-3:] == [A, B, C]
