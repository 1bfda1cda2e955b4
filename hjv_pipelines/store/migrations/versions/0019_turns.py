"""The pace of a contract counts for all our processes together: the next turn of each source."""

from alembic import op

revision = "0019_turns"
down_revision = "0018_feed_cluster"

UPGRADE = """
-- Unlogged: a turn is worth no write to the disk, and none is missed after a crash.
CREATE UNLOGGED TABLE hjv.turns (
    source text PRIMARY KEY,
    following timestamptz NOT NULL  -- the turn that nobody has taken yet
) WITH (fillfactor = 50);
"""


def upgrade() -> None:
    """Begin with no turn taken."""
    op.execute(UPGRADE)


def downgrade() -> None:
    """Let each process keep its own pace."""
    op.execute("DROP TABLE hjv.turns")
