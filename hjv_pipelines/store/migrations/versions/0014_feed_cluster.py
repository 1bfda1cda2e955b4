"""The feed knows where it stands: recovered to an earlier moment, or restored elsewhere, it is another feed."""

from alembic import op

revision = "0014_feed_cluster"
down_revision = "0013_retention"

UPGRADE = """
-- Each database cluster has a number, and each recovery of it a timeline.
CREATE FUNCTION hjv.this_cluster() RETURNS text STABLE LANGUAGE sql
    RETURN (SELECT system_identifier FROM pg_control_system())::text || '/'
        || (SELECT timeline_id FROM pg_control_checkpoint())::text;

ALTER TABLE hjv.feed_head ADD COLUMN cluster text;
UPDATE hjv.feed_head SET cluster = hjv.this_cluster();
ALTER TABLE hjv.feed_head ALTER COLUMN cluster SET NOT NULL;
"""


def upgrade() -> None:
    """Note where it stands."""
    op.execute(UPGRADE)


def downgrade() -> None:
    """Forget it."""
    op.execute("ALTER TABLE hjv.feed_head DROP COLUMN cluster; DROP FUNCTION hjv.this_cluster")
