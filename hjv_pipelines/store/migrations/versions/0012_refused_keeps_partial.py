"""A unit that a complete snapshot names, if only by a refused record, keeps its partial document as it keeps its full.

Before, a partial document stood only as long as a partial answer had named its unit: a file with a record that could
not be used brought the older full document back.
"""

from alembic import op

revision = "0012_refused_keeps_partial"
down_revision = "0011_moving_holds"

VIEW = """
CREATE OR REPLACE VIEW hjv.effective_documents AS
SELECT d.source, d.hsa_id, d.coverage, d.region, d.as_of, d.fetched_at, d.import_id, d.content_hash
FROM hjv.documents d
LEFT JOIN hjv.complete_snapshots c ON c.source = d.source AND c.region = d.region
LEFT JOIN hjv.documents f
    ON d.coverage = 'partial' AND f.coverage = 'full' AND f.source = d.source AND f.hsa_id = d.hsa_id
WHERE {named} >= coalesce(c.as_of, '-infinity')
  AND CASE d.coverage
      WHEN 'full' THEN d.content_hash IS NOT NULL
      ELSE d.as_of > coalesce(f.as_of, '-infinity') END
"""


def upgrade() -> None:
    """Count who named the unit in either way."""
    op.execute(VIEW.format(named="greatest(d.named_as_of, f.named_as_of)"))


def downgrade() -> None:
    """Count partial answers alone again."""
    op.execute(VIEW.format(named="d.named_as_of"))
