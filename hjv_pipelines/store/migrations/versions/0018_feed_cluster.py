"""The feed knows where it stands: recovered to an earlier moment, or restored elsewhere, it is another feed."""

from alembic import op

revision = "0018_feed_cluster"
down_revision = "0017_retention"

UPGRADE = """
-- Each database cluster has a number, and each recovery of it a timeline. Null: wherever it is.
ALTER TABLE hjv.feed_head ADD COLUMN cluster text;
UPDATE hjv.feed_head SET cluster = (SELECT system_identifier FROM pg_control_system()) || '/'
    || (SELECT timeline_id FROM pg_control_checkpoint());
"""


def upgrade() -> None:
    """Note where it stands."""
    op.execute(UPGRADE)


def downgrade() -> None:
    """Forget it."""
    op.execute("ALTER TABLE hjv.feed_head DROP COLUMN cluster")
