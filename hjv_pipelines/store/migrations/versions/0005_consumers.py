"""Who may ask the delivery for what is not public: consumers and the hashes of their tokens."""

from alembic import op

revision = "0005_consumers"
down_revision = "0006_guard"

TABLE = """
-- token_hash: SHA-256 of a token of 256 random bits; the token itself stands nowhere.
CREATE TABLE hjv.consumers (
    name text PRIMARY KEY,
    token_hash text COLLATE "C" NOT NULL UNIQUE,
    added_at timestamptz NOT NULL,
    revoked_at timestamptz
);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Remove it."""
    op.execute("DROP TABLE hjv.consumers")
