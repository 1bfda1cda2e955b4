"""Bringing the database to the version that this code needs.

Here: running Alembic, once, before any other process starts. Not here: the steps themselves (`migrations/`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from hjv_pipelines.failures import TransientError

MIGRATION_LOCK = 0x686A76
"""Advisory lock: two starters take turns."""


def migrate(database_url: str) -> None:
    """Upgrade the schema `hjv` at `database_url` (postgresql://…) to the newest version; nothing when it is current.

    Raises `TransientError` when the database does not answer.
    """
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with _connected(engine) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
        connection.commit()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")
        connection.commit()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": MIGRATION_LOCK})
        connection.commit()


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as error:
        raise TransientError(f"The database does not answer: {str(error.orig).splitlines()[0]}") from error
