"""The first store: documents and their history, the import ledger, findings, cards, publications, the feed."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
-- Every content ever held, by its hash: documents and cards. The same content stands once.
CREATE TABLE hjv.contents (
    content_hash text COLLATE "C" PRIMARY KEY,
    body text NOT NULL
);

-- The ledger: one row an import, written when it starts.
CREATE TABLE hjv.imports (
    import_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    regions text[] NOT NULL,
    hsa_ids text[] NOT NULL,
    run_id text NOT NULL,
    trigger text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    as_of timestamptz,
    fetched_at timestamptz,
    outcome text NOT NULL DEFAULT 'running' CHECK (outcome IN ('running', 'done', 'failed')),
    counts jsonb NOT NULL DEFAULT '{}',
    findings jsonb NOT NULL DEFAULT '{}',
    error text
);
CREATE INDEX imports_by_source ON hjv.imports (source, started_at DESC);

-- The newest that each source said of each unit. content_hash is null where it said "there is no such unit".
-- named_as_of: when a snapshot last named the unit, usable or not.
CREATE TABLE hjv.documents (
    source text NOT NULL,
    hsa_id text COLLATE "C" NOT NULL,
    coverage text NOT NULL CHECK (coverage IN ('full', 'partial')),
    region text NOT NULL,
    as_of timestamptz NOT NULL,
    named_as_of timestamptz NOT NULL,
    fetched_at timestamptz NOT NULL,
    import_id bigint NOT NULL REFERENCES hjv.imports,
    content_hash text COLLATE "C" REFERENCES hjv.contents,
    PRIMARY KEY (hsa_id, source, coverage)
) WITH (fillfactor = 70);
CREATE INDEX documents_by_region ON hjv.documents (source, region);

-- When each source last told everything about a region: what it did not name then is gone.
CREATE TABLE hjv.complete_snapshots (
    source text NOT NULL,
    region text NOT NULL,
    as_of timestamptz NOT NULL,
    import_id bigint NOT NULL REFERENCES hjv.imports,
    PRIMARY KEY (source, region)
);

-- What the store held, and when it held it (its own time, not the source's).
CREATE TABLE hjv.document_versions (
    source text NOT NULL,
    hsa_id text COLLATE "C" NOT NULL,
    coverage text NOT NULL,
    content_hash text COLLATE "C" NOT NULL REFERENCES hjv.contents,
    as_of timestamptz NOT NULL,
    import_id bigint NOT NULL REFERENCES hjv.imports,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz,
    ended_by bigint REFERENCES hjv.imports
);
CREATE INDEX document_versions_of_unit ON hjv.document_versions (hsa_id, source, valid_from);
CREATE UNIQUE INDEX document_versions_held ON hjv.document_versions (hsa_id, source, coverage)
    WHERE valid_to IS NULL;

CREATE TABLE hjv.findings (
    finding_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    region text NOT NULL,
    hsa_id text COLLATE "C" NOT NULL,
    field text NOT NULL,
    rule text NOT NULL,
    value text NOT NULL,
    mend text NOT NULL,
    place text NOT NULL,
    refused boolean NOT NULL,
    times integer NOT NULL DEFAULT 1,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    ended_at timestamptz,
    UNIQUE (hsa_id, source, field, rule, value)
);
CREATE INDEX findings_open ON hjv.findings (source, region, rule) WHERE ended_at IS NULL;

-- What counts of the documents now: named since its region's last complete snapshot; a partial document only
-- while it is newer than the full one. content_hash is null where a partial answer said that the unit is gone.
CREATE VIEW hjv.effective_documents AS
SELECT d.source, d.hsa_id, d.coverage, d.region, d.as_of, d.fetched_at, d.import_id, d.content_hash
FROM hjv.documents d
LEFT JOIN hjv.complete_snapshots c ON c.source = d.source AND c.region = d.region
LEFT JOIN hjv.documents f
    ON d.coverage = 'partial' AND f.coverage = 'full' AND f.source = d.source AND f.hsa_id = d.hsa_id
WHERE d.named_as_of >= coalesce(c.as_of, '-infinity')
  AND CASE d.coverage
      WHEN 'full' THEN d.content_hash IS NOT NULL
      ELSE d.as_of > coalesce(f.as_of, '-infinity') END;

CREATE TABLE hjv.publications (
    publication_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region text NOT NULL,
    run_id text NOT NULL,
    trigger text NOT NULL,
    published_at timestamptz NOT NULL,
    appeared integer NOT NULL,
    changed integer NOT NULL,
    withdrawn integer NOT NULL,
    unchanged integer NOT NULL,
    visible integer NOT NULL,
    hidden integer NOT NULL
);
CREATE INDEX publications_of_region ON hjv.publications (region, published_at DESC);

-- One row a unit that HSA knows or knew: its card, or the rules that it fails. `fingerprint` names what the card
-- was built of; another fingerprint, or next_change in the past, means: build it again.
CREATE TABLE hjv.cards (
    hsa_id text COLLATE "C" PRIMARY KEY,
    region text NOT NULL,
    card_hash text COLLATE "C" REFERENCES hjv.contents,
    failed_rules text[] NOT NULL,
    since timestamptz NOT NULL,
    fingerprint text NOT NULL,
    next_change timestamptz,
    publication_id bigint NOT NULL REFERENCES hjv.publications
) WITH (fillfactor = 80);
CREATE INDEX cards_of_region ON hjv.cards (region);
CREATE INDEX cards_by_next_change ON hjv.cards (next_change) WHERE next_change IS NOT NULL;

-- Whose visibility a card depends on (related units).
CREATE TABLE hjv.card_dependencies (
    hsa_id text COLLATE "C" NOT NULL REFERENCES hjv.cards ON DELETE CASCADE,
    depends_on text COLLATE "C" NOT NULL,
    PRIMARY KEY (hsa_id, depends_on)
);
CREATE INDEX card_dependencies_reversed ON hjv.card_dependencies (depends_on);

-- The change feed. Its positions are handed out by feed_head, whose row lock is held until the publication
-- commits: positions have no gaps and stand in commit order.
CREATE TABLE hjv.feed_head (position bigint NOT NULL);
INSERT INTO hjv.feed_head VALUES (0);
CREATE TABLE hjv.feed (
    position bigint PRIMARY KEY,
    hsa_id text COLLATE "C" NOT NULL,
    region text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('appeared', 'changed', 'withdrawn')),
    card_hash text COLLATE "C" REFERENCES hjv.contents,
    reasons text[] NOT NULL,
    at timestamptz NOT NULL,
    publication_id bigint NOT NULL REFERENCES hjv.publications
);
CREATE INDEX feed_of_unit ON hjv.feed (hsa_id, position);
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove everything of ours; the schema itself stays."""
    op.execute(
        "DROP VIEW hjv.effective_documents; DROP TABLE hjv.feed, hjv.feed_head, hjv.card_dependencies, hjv.cards, "
        "hjv.publications, hjv.findings, hjv.document_versions, hjv.complete_snapshots, hjv.documents, hjv.imports, "
        "hjv.contents"
    )
