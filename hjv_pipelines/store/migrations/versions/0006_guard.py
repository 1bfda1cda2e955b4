"""The guard: figures of accepted snapshots, and what is held back until somebody decides."""

from alembic import op

revision = "0006_guard"
down_revision = "0002_dependencies"

TABLES = """
-- Figures of a region's part of a complete snapshot, accepted or held: what later ones are judged against.
CREATE TABLE hjv.measures (
    source text NOT NULL,
    region text NOT NULL,
    as_of timestamptz NOT NULL,
    measured jsonb NOT NULL,
    PRIMARY KEY (source, region, as_of)
);

CREATE TABLE hjv.holds (
    hold_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    region text NOT NULL,
    coverage text NOT NULL,
    import_id bigint NOT NULL REFERENCES hjv.imports,
    as_of timestamptz NOT NULL,
    fetched_at timestamptz NOT NULL,
    held_at timestamptz NOT NULL,
    breaches jsonb NOT NULL,
    measured jsonb NOT NULL,
    documents integer NOT NULL,
    state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'allowed', 'rejected', 'superseded')),
    decided_at timestamptz,
    decided_by text,
    reason text
);
CREATE INDEX holds_open ON hjv.holds (source, region) WHERE state = 'held';

CREATE TABLE hjv.held_documents (
    hold_id bigint NOT NULL REFERENCES hjv.holds ON DELETE CASCADE,
    hsa_id text COLLATE "C" NOT NULL,
    content_hash text COLLATE "C" NOT NULL REFERENCES hjv.contents,
    place text NOT NULL,
    findings text,
    PRIMARY KEY (hold_id, hsa_id)
);

-- The regions of which an import was held back: of them it told nothing.
ALTER TABLE hjv.imports ADD COLUMN held text[] NOT NULL DEFAULT '{}';
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove them; what is held back is lost."""
    op.execute("ALTER TABLE hjv.imports DROP COLUMN held; DROP TABLE hjv.held_documents, hjv.holds, hjv.measures")
