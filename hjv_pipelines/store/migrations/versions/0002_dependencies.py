"""A card's dependency names the source: a card stands on what one source says of another unit."""

from alembic import op

revision = "0002_dependencies"
down_revision = "0007_search"

UPGRADE = """
ALTER TABLE hjv.card_dependencies ADD COLUMN source text NOT NULL DEFAULT 'hsa';
ALTER TABLE hjv.card_dependencies ALTER COLUMN source DROP DEFAULT;
ALTER TABLE hjv.card_dependencies DROP CONSTRAINT card_dependencies_pkey;
ALTER TABLE hjv.card_dependencies ADD PRIMARY KEY (hsa_id, depends_on, source);
COMMENT ON TABLE hjv.card_dependencies IS
    'What a card stands on beside its own unit: what `source` says of the unit `depends_on`.'
"""

DOWNGRADE = """
DELETE FROM hjv.card_dependencies WHERE source <> 'hsa';
ALTER TABLE hjv.card_dependencies DROP CONSTRAINT card_dependencies_pkey;
ALTER TABLE hjv.card_dependencies DROP COLUMN source;
ALTER TABLE hjv.card_dependencies ADD PRIMARY KEY (hsa_id, depends_on);
COMMENT ON TABLE hjv.card_dependencies IS NULL
"""


def upgrade() -> None:
    """Name the source of each dependency; until now that was HSA."""
    op.execute(UPGRADE)


def downgrade() -> None:
    """Forget the source; a card that stands on another source's word is built anew with its own."""
    op.execute(DOWNGRADE)
