"""Retention: up to when what was forgotten, and the references that are judged for all rows at once."""

from alembic import op

revision = "0013_retention"
down_revision = "0012_refused_keeps_partial"

# An import, a publication or a content is forgotten when nothing names it, which store/retention/ judges for all of
# them in one query. These constraints would look again, row by row, through tables that have no index for it, and an
# index on documents.import_id would be written with every document of every import (decisions/0008).
REFERENCES = {
    "documents": {"import_id": "imports", "content_hash": "contents"},
    "document_versions": {"import_id": "imports", "ended_by": "imports", "content_hash": "contents"},
    "held_documents": {"content_hash": "contents"},
    "cards": {"publication_id": "publications", "card_hash": "contents"},
    "feed": {"publication_id": "publications", "card_hash": "contents"},
}

TABLE = """
-- One row a table: rows older than `before` may be missing since `at`, when the last `rows` of them were forgotten.
CREATE TABLE hjv.forgotten (
    what text PRIMARY KEY,
    before timestamptz NOT NULL,
    at timestamptz NOT NULL,
    rows bigint NOT NULL
);
CREATE INDEX findings_ended ON hjv.findings (ended_at) WHERE ended_at IS NOT NULL;
"""


def upgrade() -> None:
    """Create the table, and let go of the references."""
    op.execute(TABLE)
    for table, columns in REFERENCES.items():
        for column in columns:
            op.execute(f"ALTER TABLE hjv.{table} DROP CONSTRAINT {table}_{column}_fkey")


def downgrade() -> None:
    """Put the references back: they hold, or this fails."""
    for table, columns in REFERENCES.items():
        for column, named in columns.items():
            op.execute(f"ALTER TABLE hjv.{table} ADD FOREIGN KEY ({column}) REFERENCES hjv.{named}")
    op.execute("DROP INDEX hjv.findings_ended; DROP TABLE hjv.forgotten")
