"""Restoring: a backup becomes the database, and what was the database is kept beside it under another name.

The backup is read into a new database, migrated and examined first: whatever fails, fails before anything is replaced.
Its change feed becomes another one, for consumers may have seen changes that the backup does not know. Here: that. Not
here: asking whether it is meant (`command.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from hjv_pipelines.backup.programs import run, server_version
from hjv_pipelines.cards.feed import begin_anew, feed_reach
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.store.integrity import dangling
from hjv_pipelines.store.migrate import migrate

OTHERS = """
SELECT coalesce(nullif(application_name, ''), 'somebody'), count(*) FROM pg_stat_activity
WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend' GROUP BY 1 ORDER BY 1
"""

CARDS = "SELECT count(card_hash) FROM hjv.cards"
IS_OURS = "SELECT to_regclass('hjv.cards') IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Holding:
    """What a database holds: cards, and the position of its newest feed entry."""

    cards: int
    position: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What stands now, what stood before (None where nothing did), and the name under which that is kept."""

    now: Holding
    before: Holding | None
    kept_as: str


def holding(url: str) -> Holding | None:
    """Return what the database at `url` holds; None where it holds nothing of ours."""
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute(IS_OURS).fetchone() != (True,):
            return None
        row = connection.execute(CARDS).fetchone()
        return Holding(int(row[0]) if row else 0, feed_reach(connection).head)


def try_out(url: str, path: Path) -> Holding:
    """Restore `path` beside the database at `url`, and remove it again; return what it holds."""
    with _read_beside(url, path) as (_, told):
        return told


def restore(url: str, path: Path, now: datetime) -> Restored:
    """Let the backup `path` be the database at `url`, which nobody else may be using.

    Raises `PermanentError`, with everything as it was, when somebody uses it or the backup cannot be read.
    """
    name = _name(url)
    _refuse_while_used(url, name)
    before = holding(url)
    kept_as = f"{name}_before_{now:%Y%m%d_%H%M%S}"
    with _read_beside(url, path) as (beside, told):
        with psycopg.connect(_on(url, beside), autocommit=True) as connection:
            begin_anew(connection)
        _refuse_while_used(url, name)
        with _administrator(url) as administrator:
            _rename(administrator, name, kept_as)
            _rename(administrator, beside, name)
    return Restored(told, before, kept_as)


@contextmanager
def _read_beside(url: str, path: Path) -> Iterator[tuple[str, Holding]]:
    """Give the name of a new database that holds the backup, and what it holds; dropped unless it was renamed."""
    if not path.is_file():
        raise PermanentError(f"There is no file {path}.")
    beside = f"hjv_restoring_{uuid4().hex[:12]}"
    with _administrator(url) as administrator:
        administrator.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(beside)))
    try:
        there = _on(url, beside)
        arguments = ["--exit-on-error", "--no-owner", "--no-privileges", "--jobs=2", f"--dbname={beside}", str(path)]
        run("pg_restore", arguments, there, server_version(url))
        migrate(there)
        yield beside, _examined(there)
    finally:
        with _administrator(url) as administrator:
            administrator.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(beside)))


def _examined(url: str) -> Holding:
    """Have PostgreSQL look at the restored database, and return what it holds.

    Raises `PermanentError` where it is not whole.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")  # a backup has no statistics, and without them all is planned for blindly
        missing = dangling(connection)
    held = holding(url)
    if missing or held is None:
        raise PermanentError(f"The backup is not whole ({missing or 'nothing of ours'}): take an older one.")
    return held


def _refuse_while_used(url: str, name: str) -> None:
    with _administrator(url) as administrator:
        others = administrator.execute(OTHERS, (name,)).fetchall()
    if others:
        who = ", ".join(f"{program} ({number})" for program, number in others)
        raise PermanentError(f"The database is in use by {who}: stop everything that uses it first.")


@contextmanager
def _administrator(url: str) -> Iterator[psycopg.Connection]:
    """Give a connection to the server beside the database. Raises `PermanentError` when we may not do that there."""
    try:
        with psycopg.connect(_on(url, "template1"), autocommit=True) as connection:
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        raise PermanentError("HJV_DATABASE_URL's user may not make databases: GRANT it CREATEDB for this.") from error


def _rename(administrator: psycopg.Connection, name: str, new: str) -> None:
    administrator.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(new)))


def _on(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")
