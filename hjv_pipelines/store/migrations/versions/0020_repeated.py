"""What a complete snapshot says again is not written again: its documents stand as of the snapshot's region."""

from alembic import op

revision = "0020_repeated"
down_revision = "0019_turns"

# All of them for a moment, or none, as in 0017: who does not get them in time is tried again (store/migrate.py).
ALONE = """
SET LOCAL lock_timeout = '200ms';
LOCK TABLE hjv.effective_documents, hjv.documents, hjv.complete_snapshots IN ACCESS EXCLUSIVE MODE
"""

TABLES = """
-- A document that is `repeated` was said again, as it is, by every complete snapshot of its region up to
-- repeated_as_of; its own times are those of when it was written. `outline` names what the guard counts of it.
ALTER TABLE hjv.documents
    ADD COLUMN IF NOT EXISTS repeated boolean NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS outline bigint;
-- The latest complete snapshot of whoever knows of repeated documents: the version before moves as_of alone.
ALTER TABLE hjv.complete_snapshots
    ADD COLUMN IF NOT EXISTS repeated_as_of timestamptz,
    ADD COLUMN IF NOT EXISTS repeated_fetched_at timestamptz,
    ADD COLUMN IF NOT EXISTS repeated_import_id bigint;

-- How many values a document has of each field, and which rules it breaks (JSON): many documents have the same.
CREATE TABLE IF NOT EXISTS hjv.outlines (
    outline bigint PRIMARY KEY,
    counted text NOT NULL,
    has_findings boolean NOT NULL
);
"""

VIEWS = """
-- Each document with the times that it stands at.
CREATE OR REPLACE VIEW hjv.dated_documents AS
SELECT d.source, d.hsa_id, d.coverage, d.region, d.content_hash, d.reading, d.outline, d.repeated,
    CASE WHEN again THEN c.repeated_as_of ELSE d.as_of END AS as_of,
    CASE WHEN d.repeated THEN greatest(d.named_as_of, c.repeated_as_of) ELSE d.named_as_of END AS named_as_of,
    CASE WHEN again THEN c.repeated_fetched_at ELSE d.fetched_at END AS fetched_at,
    CASE WHEN again THEN c.repeated_import_id ELSE d.import_id END AS import_id,
    c.as_of AS complete_as_of
FROM hjv.documents d
LEFT JOIN hjv.complete_snapshots c ON c.source = d.source AND c.region = d.region
CROSS JOIN LATERAL (SELECT d.repeated AND c.repeated_as_of > d.as_of) AS dated (again);

CREATE OR REPLACE VIEW hjv.effective_documents AS
SELECT d.source, d.hsa_id, d.coverage, d.region, d.as_of, d.fetched_at, d.import_id, d.content_hash
FROM hjv.dated_documents d
LEFT JOIN hjv.dated_documents f
    ON d.coverage = 'partial' AND f.coverage = 'full' AND f.source = d.source AND f.hsa_id = d.hsa_id
WHERE greatest(d.named_as_of, f.named_as_of) >= coalesce(d.complete_as_of, '-infinity')
  AND CASE d.coverage
      WHEN 'full' THEN d.content_hash IS NOT NULL
      ELSE d.as_of > coalesce(f.as_of, '-infinity') END;
"""

TRIGGER = """
-- Who knows nothing of repeated documents, as the version before, compares with the times at which they were written.
CREATE FUNCTION hjv.change_repeated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    until timestamptz := (
        SELECT c.repeated_as_of FROM hjv.complete_snapshots c WHERE c.source = OLD.source AND c.region = OLD.region);
BEGIN
    NEW.named_as_of := greatest(NEW.named_as_of, OLD.named_as_of, until);
    IF (NEW.as_of, coalesce(NEW.content_hash, ''), NEW.region)
        > (greatest(OLD.as_of, until), coalesce(OLD.content_hash, ''), OLD.region)
    THEN
        NEW.repeated := false;
        NEW.outline := NULL;
    ELSE
        NEW.as_of := OLD.as_of;
        NEW.content_hash := OLD.content_hash;
        NEW.region := OLD.region;
        NEW.fetched_at := OLD.fetched_at;
        NEW.import_id := OLD.import_id;
        NEW.reading := OLD.reading;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changed_while_repeated BEFORE UPDATE ON hjv.documents FOR EACH ROW
    WHEN (OLD.repeated AND NEW.repeated
        AND (NEW.content_hash, NEW.region) IS DISTINCT FROM (OLD.content_hash, OLD.region))
    EXECUTE FUNCTION hjv.change_repeated();
"""

VIEW_BEFORE = """
CREATE OR REPLACE VIEW hjv.effective_documents AS
SELECT d.source, d.hsa_id, d.coverage, d.region, d.as_of, d.fetched_at, d.import_id, d.content_hash
FROM hjv.documents d
LEFT JOIN hjv.complete_snapshots c ON c.source = d.source AND c.region = d.region
LEFT JOIN hjv.documents f
    ON d.coverage = 'partial' AND f.coverage = 'full' AND f.source = d.source AND f.hsa_id = d.hsa_id
WHERE greatest(d.named_as_of, f.named_as_of) >= coalesce(c.as_of, '-infinity')
  AND CASE d.coverage
      WHEN 'full' THEN d.content_hash IS NOT NULL
      ELSE d.as_of > coalesce(f.as_of, '-infinity') END
"""

WRITE_TIMES = """
UPDATE hjv.documents d SET repeated = false, as_of = h.as_of, named_as_of = h.named_as_of, fetched_at = h.fetched_at,
    import_id = h.import_id
FROM hjv.dated_documents h
WHERE d.repeated AND h.source = d.source AND h.hsa_id = d.hsa_id AND h.coverage = d.coverage
"""


def upgrade() -> None:
    """Add the columns; no document is repeated until the next complete snapshot says it again."""
    op.execute(ALONE)
    op.execute(TABLES)
    op.execute(VIEWS)
    op.execute(TRIGGER)


def downgrade() -> None:
    """Write the times of what is repeated into its rows again."""
    op.execute(WRITE_TIMES)
    op.execute(VIEW_BEFORE)
    op.execute("DROP VIEW hjv.dated_documents; DROP TABLE hjv.outlines")
    op.execute("DROP TRIGGER changed_while_repeated ON hjv.documents; DROP FUNCTION hjv.change_repeated")
    op.execute("ALTER TABLE hjv.documents DROP COLUMN repeated, DROP COLUMN outline")
    op.execute(
        "ALTER TABLE hjv.complete_snapshots DROP COLUMN repeated_as_of, DROP COLUMN repeated_fetched_at, "
        "DROP COLUMN repeated_import_id"
    )
