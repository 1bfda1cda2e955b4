"""Retention: up to when what was forgotten, and the references that are judged for all rows at once."""

from alembic import op

revision = "0017_retention"
down_revision = "0016_readings"

# An import, a publication or a content is forgotten when nothing names it, which store/retention/ judges for all of
# them in one query. These constraints would look again, row by row, through tables that have no index for it, and an
# index on documents.import_id would be written with every document of every import (decisions/0009).
REFERENCES = {
    "documents": {"import_id": "imports", "content_hash": "contents"},
    "document_versions": {"import_id": "imports", "ended_by": "imports", "content_hash": "contents"},
    "held_documents": {"content_hash": "contents"},
    "cards": {"publication_id": "publications", "card_hash": "contents"},
    "feed": {"publication_id": "publications", "card_hash": "contents"},
}

TABLE = """
-- One row a table: rows older than `before` may be missing since `at`, when the last `rows` of them were forgotten.
CREATE TABLE IF NOT EXISTS hjv.forgotten (
    what text PRIMARY KEY,
    before timestamptz NOT NULL,
    at timestamptz NOT NULL,
    rows bigint NOT NULL
)
"""

# Both tables for a moment, or neither: a reader that has one and wants the other is never in the way for so long that
# PostgreSQL would call it a deadlock. Who does not get them in time is tried again (store/migrate.py).
LET_GO = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_constraint WHERE conname = '{constraint}' AND connamespace = 'hjv'::regnamespace) THEN
        PERFORM set_config('lock_timeout', '200ms', true);
        LOCK TABLE hjv.{named}, hjv.{table} IN ACCESS EXCLUSIVE MODE;
        ALTER TABLE hjv.{table} DROP CONSTRAINT {constraint};
    END IF;
END $$
"""


def upgrade() -> None:
    """Create the table, and let go of the references one by one."""
    with op.get_context().autocommit_block():
        op.execute(TABLE)
        for table, columns in REFERENCES.items():
            for column, named in columns.items():
                op.execute(LET_GO.format(constraint=f"{table}_{column}_fkey", named=named, table=table))


def downgrade() -> None:
    """Put the references back: they hold, or this fails."""
    for table, columns in REFERENCES.items():
        for column, named in columns.items():
            op.execute(f"ALTER TABLE hjv.{table} ADD FOREIGN KEY ({column}) REFERENCES hjv.{named}")
    op.execute("DROP TABLE hjv.forgotten")
