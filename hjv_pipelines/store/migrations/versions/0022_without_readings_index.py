"""No query looks for a document by its reading: what is known is staged whole, and found there."""

from alembic import op

revision = "0022_without_readings_index"
down_revision = "0021_search_once"


def upgrade() -> None:
    """Remove the index, which every import had to fill."""
    op.execute("DROP INDEX hjv.documents_by_reading")


def downgrade() -> None:
    """Index documents by their reading again."""
    op.execute("CREATE INDEX documents_by_reading ON hjv.documents (reading) WHERE reading IS NOT NULL")
