"""The inbox: every notification that was accepted, and a hint for each unit that must be read again."""

from alembic import op

revision = "0003_inbox"
down_revision = "0005_feed"

TABLES = """
-- Every notification that the receiver accepted, also one that concerns nobody. unknown_hsa_ids: units of which the
-- store held nothing when it came. committed_at: taken right before the commit.
CREATE TABLE hjv.notifications (
    source text NOT NULL,
    notification_id text COLLATE "C" NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    committed_at timestamptz NOT NULL,
    hsa_ids text[] NOT NULL,
    unknown_hsa_ids text[] NOT NULL,
    PRIMARY KEY (source, notification_id)
);

-- One row a unit and reason to read it again. source: what is read, 'cards' where only the clock moved.
-- attempts: reads that failed. held_until: until when its batch is believed to live.
-- committed_at: when it was in the inbox. read_at, published_at: of the read that answered it.
CREATE TABLE hjv.hints (
    hint_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    hsa_id text COLLATE "C" NOT NULL,
    origin text NOT NULL CHECK (origin IN ('notification', 'clock', 'operator', 'shared_text')),
    notification_id text COLLATE "C",
    received_at timestamptz NOT NULL,
    committed_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'reading', 'done', 'set_aside')),
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    last_error text,
    batch_id text,
    run_id text,
    taken_at timestamptz,
    held_until timestamptz,
    read_at timestamptz,
    published_at timestamptz,
    replayed_at timestamptz,
    FOREIGN KEY (source, notification_id) REFERENCES hjv.notifications,
    CHECK ((state = 'reading') = (held_until IS NOT NULL))
);
-- Nearly all hints are done: only the others are looked for.
CREATE INDEX hints_open ON hjv.hints (source, hsa_id) WHERE state <> 'done';
CREATE INDEX hints_reading ON hjv.hints (batch_id) WHERE state = 'reading';
CREATE INDEX hints_of_the_clock ON hjv.hints (hsa_id, received_at) WHERE origin = 'clock';
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove them, with every notification."""
    op.execute("DROP TABLE hjv.hints, hjv.notifications")
