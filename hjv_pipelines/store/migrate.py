"""`python -m hjv_pipelines.store.migrate`: bringing the database to the version that this code needs.

It may be done while the version before serves. Here: running Alembic, once, before any other process
of this version starts. Not here: the steps themselves (`migrations/`), and what they may do (docs/deployment.md).
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import stamina
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from hjv_pipelines.failures import TransientError
from hjv_pipelines.settings import Settings

logger = logging.getLogger(__name__)

MIGRATION_LOCK = 0x686A76
"""Advisory lock: two starters take turns."""

LOCK_TIMEOUT = "2s"
"""How long a step waits for a table. Whoever asks for that table meanwhile waits behind it, and no longer."""

ATTEMPTS = 60
"""How often a step is tried that did not get its table; what ended before stays done."""


def migrate(database_url: str, revision: str = "head") -> None:
    """Upgrade the schema `hjv` at `database_url` (postgresql://…) to `revision`; nothing when it is current or newer.

    A newer database serves the version before as well (docs/deployment.md), so that a release can be taken back.

    Raises `TransientError` when the database does not answer, or somebody keeps a table for minutes.
    """
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with _connected(engine) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.commit()
        configuration.attributes["connection"] = connection
        if newer := _unknown_revisions(connection, configuration):
            logger.warning("The database is of a newer version (%s), and stays as it is.", ", ".join(newer))
        else:
            _upgrade(connection, configuration, revision)
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": MIGRATION_LOCK})
        connection.commit()


def _unknown_revisions(connection: Connection, configuration: Config) -> list[str]:
    """Return the revisions at which the database stands and that this code does not know."""
    known = {script.revision for script in ScriptDirectory.from_config(configuration).walk_revisions()}
    there = MigrationContext.configure(connection, opts={"version_table_schema": "hjv"}).get_current_heads()
    connection.rollback()
    return [revision for revision in there if revision not in known]


def _upgrade(connection: Connection, configuration: Config, revision: str) -> None:
    for attempt in stamina.retry_context(on=_waited_for_a_table, attempts=ATTEMPTS, timeout=None, wait_max=2.0):
        with attempt:
            try:
                command.upgrade(configuration, revision)
            finally:
                connection.rollback()


def _waited_for_a_table(error: Exception) -> bool:
    return isinstance(error, OperationalError) and isinstance(error.orig, LockNotAvailable)


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as error:
        raise TransientError(f"The database cannot be migrated now: {str(error.orig).splitlines()[0]}") from error


if __name__ == "__main__":
    address = Settings().database_url
    if address is None:
        sys.exit("HJV_DATABASE_URL names no server to migrate; an embedded one is migrated by whoever starts it.")
    migrate(address.get_secret_value())
