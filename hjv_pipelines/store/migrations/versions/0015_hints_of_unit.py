"""A card's history finds the notifications that set off each version."""

from alembic import op

revision = "0015_hints_of_unit"
down_revision = "0014_fill_search_care"


def upgrade() -> None:
    """Index hints by unit, those of notifications alone."""
    op.execute("CREATE INDEX hints_of_unit ON hjv.hints (hsa_id) WHERE notification_id IS NOT NULL")


def downgrade() -> None:
    """Remove the index."""
    op.execute("DROP INDEX hjv.hints_of_unit")
