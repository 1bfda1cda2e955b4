"""Raw inputs: what the sources answered, as received; the files stand in the data folder."""

from alembic import op

revision = "0008_raw"
down_revision = "0008_revert"

TABLES = """
-- One row an answer that an import was given. The bytes stand in a file named by content_hash (SHA-256).
-- question: a hash of method, path, query and body. asked: method and address, without user, password and query.
CREATE TABLE hjv.raw_inputs (
    raw_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    import_id bigint NOT NULL REFERENCES hjv.imports ON DELETE CASCADE,
    question text COLLATE "C" NOT NULL,
    asked text NOT NULL,
    content_hash text COLLATE "C" NOT NULL,
    bytes bigint NOT NULL,
    stored_bytes bigint NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE INDEX raw_inputs_of_import ON hjv.raw_inputs (import_id, raw_id);
CREATE INDEX raw_inputs_by_content ON hjv.raw_inputs (content_hash, received_at);

-- What went wrong beside an import without costing it.
ALTER TABLE hjv.imports ADD COLUMN warnings text[] NOT NULL DEFAULT '{}';
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove it; the files stay, and nothing knows them any more."""
    op.execute("ALTER TABLE hjv.imports DROP COLUMN warnings; DROP TABLE hjv.raw_inputs")
