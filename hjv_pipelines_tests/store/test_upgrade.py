"""Promised: the version before goes on while the database is brought to this one, and until it is replaced.

The rules that make it so stand in docs/deployment.md: a release only adds, and what it adds may be left out. RELEASED
is what the version before has; it moves on with each release.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event, Thread

import httpx
import psycopg
import pytest

from hjv_pipelines.store.database import connect
from hjv_pipelines.store.migrate import migrate
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.publishers import UNIT_IDS, publish_changes

RELEASED = "0008_raw"

COLUMNS = """
SELECT table_name || '.' || column_name, data_type, is_nullable = 'NO' AND column_default IS NULL
       AND is_identity = 'NO' AND is_generated = 'NEVER'
FROM information_schema.columns WHERE table_schema = 'hjv' AND table_name <> 'alembic_version'
"""
CONSTRAINTS = """
SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'hjv'::regnamespace AND contype <> 'n'
UNION ALL SELECT indrelid::regclass || ' ' || pg_get_indexdef(indexrelid) FROM pg_index
WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text LIKE 'hjv.%'
"""
ROUTINES = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'hjv'::regnamespace"

# In what follows this version's code plays the part of the one before, and writes this too.
WRITTEN_BY_THIS_VERSION = """
ALTER TABLE hjv.documents ADD COLUMN reading text COLLATE "C", ADD COLUMN outline bigint,
    ADD COLUMN repeated boolean NOT NULL DEFAULT false;
ALTER TABLE hjv.complete_snapshots ADD COLUMN repeated_as_of timestamptz, ADD COLUMN repeated_fetched_at timestamptz,
    ADD COLUMN repeated_import_id bigint;
CREATE TABLE hjv.outlines (outline bigint PRIMARY KEY, counted text NOT NULL, has_findings boolean NOT NULL);
CREATE VIEW hjv.dated_documents AS
SELECT source, hsa_id, coverage, region, content_hash, reading, outline, repeated, as_of, named_as_of,
    fetched_at, import_id
FROM hjv.documents
"""


@dataclass(frozen=True)
class Schema:
    """What code relies on: each column's type and whether it must be given, what rows must keep to, functions."""

    types: dict[str, str]
    required: set[str]
    constraints: set[str]
    routines: set[str]

    @property
    def tables(self) -> set[str]:
        """Return the names of the tables."""
        return {column.partition(".")[0] for column in self.types}


def schema(database_url: str) -> Schema:
    with connect(database_url) as connection:
        columns = connection.execute(COLUMNS).fetchall()
        constraints = {str(row[0]) for row in connection.execute(CONSTRAINTS)}
        routines = {str(row[0]) for row in connection.execute(ROUTINES)}
    types = {name: kind for name, kind, _ in columns}
    return Schema(types, {name for name, _, required in columns if required}, constraints, routines)


@pytest.fixture(scope="module")
def before(database_server: str) -> Iterator[str]:
    """Give the address of a database as the version before has it."""
    with temporary_database(database_server) as database_url:
        migrate(database_url, RELEASED)
        yield database_url


@pytest.fixture(scope="module")
def upgrade(database_server: str, before: str, migrated_template: str) -> tuple[Schema, Schema]:
    """Return the schema of the version before, and this one's."""
    with temporary_database(database_server, migrated_template) as after:
        return schema(before), schema(after)


def test_nothing_is_dropped_renamed_or_of_another_type(upgrade: tuple[Schema, Schema]) -> None:
    before, after = upgrade
    assert before.types.items() <= after.types.items()
    assert before.routines <= after.routines


def test_what_the_version_before_leaves_out_may_be_left_out(upgrade: tuple[Schema, Schema]) -> None:
    before, after = upgrade
    asked = {column for column in after.required - before.required if column.partition(".")[0] in before.tables}
    assert asked == set()


def test_no_row_of_the_version_before_breaks_a_new_rule(upgrade: tuple[Schema, Schema]) -> None:
    before, after = upgrade
    old = {f"hjv.{table}" for table in before.tables}
    assert {rule for rule in after.constraints - before.constraints if rule.partition(" ")[0] in old} == set()


def ask(client: httpx.Client, over: Event, answers: list[int]) -> None:
    """Ask for cards and for the feed until it is over."""
    while not over.is_set():
        asked = (f"/v1/cards/{UNIT_IDS[0]}", "/v1/changes?after=0", "/v1/cards?region=01-stockholm")
        answers.extend(client.get(path).status_code for path in asked)


def read_every_table(database_url: str) -> None:
    """Read a row of each table, as somebody does who waits ten seconds at most."""
    with psycopg.connect(database_url, autocommit=True, options="-c statement_timeout=10s") as connection:
        for table in schema(database_url).tables:
            connection.execute(f"SELECT FROM hjv.{table} LIMIT 1")


def test_no_consumer_sees_an_upgrade(before: str) -> None:
    """A long reader keeps a table that a step needs: the step gives way, and whoever comes after is answered."""
    with connect(before) as connection:
        connection.execute(WRITTEN_BY_THIS_VERSION)
    publish_changes(before, seed=1, times=1)
    over, answers = Event(), list[int]()
    with served(before) as client, psycopg.connect(before) as reader:
        traffic = Thread(target=ask, args=(client, over, answers))
        traffic.start()
        for table in schema(before).tables:
            reader.execute(f"LOCK TABLE hjv.{table} IN ACCESS SHARE MODE")
        migration = Thread(target=migrate, args=(before,))
        migration.start()
        publish_changes(before, seed=2, times=5, first_minute=1)
        read_every_table(before)
        assert migration.is_alive()
        reader.rollback()
        migration.join()
        publish_changes(before, seed=3, times=2, first_minute=6)
        over.set()
        traffic.join()
    assert set(answers) <= {200, 404, 410}
    assert 200 in answers


def test_the_version_before_starts_on_newer_tables(database_url: str) -> None:
    """A release is taken back without touching the database: who migrates when it starts leaves newer tables alone."""
    newer = "9999_of_the_release_after"
    with connect(database_url) as connection:
        connection.execute("UPDATE hjv.alembic_version SET version_num = %s", (newer,))
        migrate(database_url)
        assert connection.execute("SELECT version_num FROM hjv.alembic_version").fetchall() == [(newer,)]
