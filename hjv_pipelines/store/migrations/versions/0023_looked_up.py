"""Only a partial document is held against the full one of its unit, which is looked up for it.

Before, the view joined every document with every full one, whatever it was asked for: what is stale was looked for in
each region by going through the nation's documents, twice.
"""

from importlib import import_module

from alembic import op

revision = "0023_looked_up"
down_revision = "0022_without_readings_index"

VIEW = """
CREATE OR REPLACE VIEW hjv.effective_documents AS
SELECT d.source, d.hsa_id, d.coverage, d.region, d.as_of, d.fetched_at, d.import_id, d.content_hash
FROM hjv.dated_documents d
WHERE CASE d.coverage
    WHEN 'full' THEN d.content_hash IS NOT NULL AND d.named_as_of >= coalesce(d.complete_as_of, '-infinity')
    ELSE (
        SELECT greatest(d.named_as_of, max(f.named_as_of)) >= coalesce(d.complete_as_of, '-infinity')
            AND d.as_of > coalesce(max(f.as_of), '-infinity')
        FROM hjv.dated_documents f
        WHERE f.coverage = 'full' AND f.source = d.source AND f.hsa_id = d.hsa_id
    ) END
"""


def upgrade() -> None:
    """Look the full document up."""
    op.execute(VIEW)


def downgrade() -> None:
    """Join as before."""
    op.execute(import_module("hjv_pipelines.store.migrations.versions.0020_repeated").VIEWS)
