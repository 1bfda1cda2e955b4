"""Reverts: who took back what of which run, and which imports are held back since; versions that can be told again."""

from alembic import op

revision = "0008_revert"
down_revision = "0010_alerts"

TABLES = """
-- A version says also where its unit lay, and (without content) that a partial answer told it gone.
ALTER TABLE hjv.document_versions ADD COLUMN region text, ALTER COLUMN content_hash DROP NOT NULL;
UPDATE hjv.document_versions v SET region = coalesce(nullif(d.region, ''), '00-distans')
FROM hjv.documents d WHERE d.hsa_id = v.hsa_id AND d.source = v.source AND d.coverage = v.coverage;
UPDATE hjv.document_versions SET region = '00-distans' WHERE region IS NULL;
ALTER TABLE hjv.document_versions ALTER COLUMN region SET NOT NULL;

-- One row a source and region of a reverted run. While it `holds` and is not released, complete imports of that
-- source and region are held back. import_id: the import that put the documents back.
CREATE TABLE hjv.reverts (
    revert_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reverted_run_id text NOT NULL,
    source text NOT NULL,
    region text NOT NULL,
    import_id bigint NOT NULL REFERENCES hjv.imports,
    units integer NOT NULL,
    reverted_at timestamptz NOT NULL,
    reverted_by text NOT NULL,
    reason text NOT NULL,
    holds boolean NOT NULL,
    released_at timestamptz,
    released_by text,
    release_reason text
);
CREATE INDEX reverts_holding ON hjv.reverts (source, region) WHERE holds AND released_at IS NULL;
CREATE INDEX imports_of_run ON hjv.imports (run_id);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove it; what was reverted stays so, and nothing is held back for it any more."""
    op.execute(
        "DROP TABLE hjv.reverts; DROP INDEX hjv.imports_of_run; "
        "DELETE FROM hjv.document_versions WHERE content_hash IS NULL; "
        "ALTER TABLE hjv.document_versions DROP COLUMN region, ALTER COLUMN content_hash SET NOT NULL"
    )
