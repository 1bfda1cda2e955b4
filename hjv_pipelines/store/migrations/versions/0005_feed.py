"""The feed's identity and how far back it reaches: what a consumer needs to know that it can go on."""

from alembic import op

revision = "0005_feed"
down_revision = "0001"

REACH = """
-- feed_id: positions of another database mean nothing here. forgotten: entries up to this position may be gone.
ALTER TABLE hjv.feed_head
    ADD COLUMN feed_id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN forgotten bigint NOT NULL DEFAULT 0;
CREATE INDEX feed_by_time ON hjv.feed (at);
"""


def upgrade() -> None:
    """Name the feed."""
    op.execute(REACH)


def downgrade() -> None:
    """Let it be nameless."""
    op.execute("DROP INDEX hjv.feed_by_time; ALTER TABLE hjv.feed_head DROP COLUMN feed_id, DROP COLUMN forgotten")
