"""What all tests share: a real PostgreSQL, a migrated database of a test's own, and waits that nobody waits.

One embedded server serves each worker. Databases are copies of one migrated template, so that a test begins in
milliseconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect, database
from hjv_pipelines.store.migrate import migrate
from hjv_pipelines_tests.wire import waits

__all__ = ["connection", "database_server", "database_url", "migrated_template", "waits"]


def named(url: str, name: str) -> str:
    """Return `url` with the database `name`."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def name_of(url: str) -> str:
    """Return the name of the database at `url`."""
    return urlsplit(url).path.lstrip("/")


@contextmanager
def temporary_database(server: str, template: str | None = None) -> Iterator[str]:
    """Give a new database on `server`, gone afterwards."""
    name = f"hjv_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        try:
            yield named(server, name)
        finally:
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """Give the address of a running PostgreSQL that does not wait for the disk: no test outlives the machine.

    Its folder is not one of pytest's: those are closed to the user that the server runs as when we are root.
    """
    with (
        TemporaryDirectory(prefix="hjv-tests-") as folder,
        database(Settings(data_dir=Path(folder), database_url=None)) as url,
    ):
        with psycopg.connect(url, autocommit=True) as administrator:
            administrator.execute("ALTER SYSTEM SET fsync = off")
            administrator.execute("SELECT pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def migrated_template(database_server: str) -> Iterator[str]:
    """Give the name of a migrated, empty database to copy."""
    with temporary_database(database_server) as url:
        migrate(url)
        yield name_of(url)


@pytest.fixture
def database_url(database_server: str, migrated_template: str) -> Iterator[str]:
    """Give the address of a migrated, empty database of the test's own."""
    with temporary_database(database_server, migrated_template) as url:
        yield url


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    """Give a connection to a migrated, empty database."""
    with connect(database_url) as opened:
        yield opened
