"""A held document says where its unit would lie: it may be held back for the region that it would leave."""

from alembic import op

revision = "0011_moving_holds"
down_revision = "0008_raw"

COLUMN = """
ALTER TABLE hjv.held_documents ADD COLUMN region text;
UPDATE hjv.held_documents d SET region = h.region FROM hjv.holds h WHERE h.hold_id = d.hold_id;
ALTER TABLE hjv.held_documents ALTER COLUMN region SET NOT NULL;
"""


def upgrade() -> None:
    """Add the column; what is held back already lies in its hold's region."""
    op.execute(COLUMN)


def downgrade() -> None:
    """Remove it; a unit held back for the region that it would leave is placed there when it is allowed."""
    op.execute("ALTER TABLE hjv.held_documents DROP COLUMN region")
