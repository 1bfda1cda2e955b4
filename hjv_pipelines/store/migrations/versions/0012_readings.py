"""Of which raw record each document was read: the same record again need not be read again."""

from alembic import op

revision = "0012_readings"
down_revision = "0011_moving_holds"

COLUMN = """
-- The name of the raw record and of the code that read it; null where the source does not tell.
ALTER TABLE hjv.documents ADD COLUMN reading text COLLATE "C";
CREATE INDEX documents_by_reading ON hjv.documents (reading) WHERE reading IS NOT NULL;
"""


def upgrade() -> None:
    """Add the column; the next complete import fills it."""
    op.execute(COLUMN)


def downgrade() -> None:
    """Remove it: every record is read each time."""
    op.execute("ALTER TABLE hjv.documents DROP COLUMN reading")
