"""Of which raw record each document was read: the same record again need not be read again."""

from alembic import op

revision = "0016_readings"
down_revision = "0015_hints_of_unit"

COLUMN = """
-- The name of the raw record and of the code that read it; null where the source does not tell.
ALTER TABLE hjv.documents ADD COLUMN IF NOT EXISTS reading text COLLATE "C";
CREATE INDEX documents_by_reading ON hjv.documents (reading) WHERE reading IS NOT NULL;

-- Who knows nothing of readings, as the version before, leaves none behind beside another content.
CREATE FUNCTION hjv.forget_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.reading := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER changed_without_reading BEFORE UPDATE ON hjv.documents FOR EACH ROW
    WHEN (NEW.content_hash IS DISTINCT FROM OLD.content_hash AND NEW.reading = OLD.reading)
    EXECUTE FUNCTION hjv.forget_reading();
"""


def upgrade() -> None:
    """Add the column; the next complete import fills it."""
    op.execute(COLUMN)


def downgrade() -> None:
    """Remove it: every record is read each time."""
    op.execute("DROP TRIGGER changed_without_reading ON hjv.documents; DROP FUNCTION hjv.forget_reading")
    op.execute("ALTER TABLE hjv.documents DROP COLUMN reading")
