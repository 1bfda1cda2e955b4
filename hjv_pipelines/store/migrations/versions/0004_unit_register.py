"""KKA's unit register: which units of HSA editors may administer, since when, and until when."""

from alembic import op

revision = "0004_unit_register"
down_revision = "0003_inbox"

TABLES = """
-- One row a unit that is or was in the register. When each region's register was made, and of which state of HSA,
-- stands in complete_snapshots and imports, under the name kka_unit_register.
CREATE TABLE hjv.unit_register (
    hsa_id text COLLATE "C" PRIMARY KEY,
    region text NOT NULL,
    name text NOT NULL,
    municipality_code text,
    first_registered_at timestamptz NOT NULL,
    registered_at timestamptz NOT NULL,  -- later than the first where the unit had been away
    removed_at timestamptz               -- null while it is in the register
);
CREATE INDEX unit_register_by_region ON hjv.unit_register (region, hsa_id);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove the table, and what tells when the register was made."""
    op.execute(
        "DROP TABLE hjv.unit_register; DELETE FROM hjv.complete_snapshots WHERE source = 'kka_unit_register'; "
        "DELETE FROM hjv.imports WHERE source = 'kka_unit_register'"
    )
