"""Alerts: what is wrong and was told, and the messages that wait to go out."""

from alembic import op

revision = "0010_alerts"
down_revision = "0005_consumers"

TABLES = """
CREATE TABLE hjv.alerts (
    alert_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    subject text NOT NULL,
    essence text NOT NULL,
    says text NOT NULL,
    remedy text NOT NULL,
    link text NOT NULL,
    opened_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    resolved_at timestamptz
);
-- One open alert a cause.
CREATE UNIQUE INDEX alerts_open ON hjv.alerts (kind, subject) WHERE resolved_at IS NULL;

-- The outbox: what is to be told on a channel. A row waits until its channel has taken it.
CREATE TABLE hjv.alert_messages (
    message_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id bigint NOT NULL REFERENCES hjv.alerts ON DELETE CASCADE,
    channel text NOT NULL,
    event text NOT NULL CHECK (event IN ('opened', 'changed', 'resolved')),
    says text NOT NULL,
    remedy text NOT NULL,
    link text NOT NULL,
    at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    last_error text,
    delivered_at timestamptz
);
CREATE INDEX alert_messages_waiting ON hjv.alert_messages (channel, message_id) WHERE delivered_at IS NULL;

-- When somebody last looked: who watches the watchman asks here.
CREATE TABLE hjv.alert_looks (one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row), looked_at timestamptz NOT NULL);
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove them; what waits to be told is lost."""
    op.execute("DROP TABLE hjv.alert_looks, hjv.alert_messages, hjv.alerts")
