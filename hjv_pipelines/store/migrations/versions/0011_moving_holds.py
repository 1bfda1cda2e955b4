"""A held document says where its unit would lie: it may be held back for the region that it would leave."""

from alembic import op

revision = "0011_moving_holds"
down_revision = "0008_raw"

COLUMN = """
-- Without one, as the version before writes it: the region of its hold.
ALTER TABLE hjv.held_documents ADD COLUMN region text;
"""


def upgrade() -> None:
    """Add the column."""
    op.execute(COLUMN)


def downgrade() -> None:
    """Remove it; a unit held back for the region that it would leave is placed there when it is allowed."""
    op.execute("ALTER TABLE hjv.held_documents DROP COLUMN region")
