"""Publication: the difference between the cards as built and as published, applied in one transaction a region.

Nothing half-done is ever visible (rule 3). A region's publication holds that region's lock, reads the documents
inside it, and commits once with its feed entries. A card is built again only when the documents that it stands on
changed, or the clock did; an unchanged card is not written. Here: that. Not here: building what is
stale (`staged.py`), and what a card says.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from time import perf_counter

import psycopg

from hjv_pipelines.cards.disagreements import SOURCE
from hjv_pipelines.cards.publication import Change, Publication
from hjv_pipelines.cards.staged import stage_built
from hjv_pipelines.cards.staleness import stale_units
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.failures import TransientError
from hjv_pipelines.store.findings import record_findings_of_units
from hjv_pipelines.store.ledger import Run

ATTEMPTS = 5
SHOWN_CHANGES = 10

LOCK_REGION = "SELECT pg_advisory_xact_lock(hashtextextended('hjv cards ' || %s, 0))"

LOCK_CARDS = "SELECT c.hsa_id FROM hjv.cards c JOIN built b USING (hsa_id) ORDER BY c.hsa_id FOR UPDATE OF c"

OVERTAKEN = """
SELECT count(*) FROM built b LEFT JOIN hjv.cards c USING (hsa_id)
WHERE c.fingerprint IS DISTINCT FROM b.seen_fingerprint
"""

CHANGES = """
CREATE TEMPORARY TABLE change ON COMMIT DROP AS
SELECT b.hsa_id, b.card_hash, b.body, b.failed_rules,
    CASE WHEN b.card_hash IS NULL THEN 'withdrawn' WHEN c.card_hash IS NULL THEN 'appeared' ELSE 'changed' END AS kind
FROM built b LEFT JOIN hjv.cards c USING (hsa_id)
WHERE b.card_hash IS DISTINCT FROM c.card_hash
"""

KEEP_CONTENTS = """
INSERT INTO hjv.contents SELECT DISTINCT card_hash, body FROM change WHERE card_hash IS NOT NULL ORDER BY card_hash
ON CONFLICT DO NOTHING
"""

KEEP_PUBLICATION = """
INSERT INTO hjv.publications
    (region, run_id, trigger, published_at, appeared, changed, withdrawn, unchanged, visible, hidden)
SELECT %(region)s, %(run_id)s, %(trigger)s, %(now)s,
    count(*) FILTER (WHERE kind = 'appeared'), count(*) FILTER (WHERE kind = 'changed'),
    count(*) FILTER (WHERE kind = 'withdrawn'), 0, 0, 0
FROM change RETURNING publication_id, appeared, changed, withdrawn
"""

KEEP_CARDS = """
INSERT INTO hjv.cards AS c (hsa_id, region, card_hash, failed_rules, since, fingerprint, next_change, publication_id)
SELECT hsa_id, %(region)s, card_hash, failed_rules, %(now)s, fingerprint, next_change, %(publication_id)s
FROM built ORDER BY hsa_id
ON CONFLICT (hsa_id) DO UPDATE SET
    region = excluded.region, card_hash = excluded.card_hash, failed_rules = excluded.failed_rules,
    since = CASE WHEN c.failed_rules = excluded.failed_rules THEN c.since ELSE excluded.since END,
    fingerprint = excluded.fingerprint, next_change = excluded.next_change,
    publication_id = CASE WHEN c.card_hash IS DISTINCT FROM excluded.card_hash
        THEN excluded.publication_id ELSE c.publication_id END
"""

FORGET_DEPENDENCIES = "DELETE FROM hjv.card_dependencies d USING built b WHERE d.hsa_id = b.hsa_id"
KEEP_DEPENDENCIES = """
INSERT INTO hjv.card_dependencies (hsa_id, depends_on, source) SELECT hsa_id, depends_on, source FROM depended
"""

COUNT_CARDS = """
UPDATE hjv.publications p SET visible = n.visible, hidden = n.hidden, unchanged = n.visible - p.appeared - p.changed
FROM (SELECT count(card_hash) AS visible, count(*) - count(card_hash) AS hidden
      FROM hjv.cards WHERE region = %(region)s) n
WHERE publication_id = %(publication_id)s
RETURNING p.unchanged, p.visible, p.hidden
"""

FEED_ENTRIES = """
WITH numbered AS (
    SELECT *, row_number() OVER (ORDER BY hsa_id) AS place, count(*) OVER () AS total FROM change
), head AS (
    UPDATE hjv.feed_head SET position = position + (SELECT count(*) FROM change) RETURNING position
)
INSERT INTO hjv.feed (position, hsa_id, region, kind, card_hash, reasons, at, publication_id)
SELECT head.position - total + place, hsa_id, %(region)s, kind, card_hash, failed_rules, %(now)s, %(publication_id)s
FROM numbered, head
"""

# Told to whoever waits for changes, once this commits; it carries nothing, the feed is read.
WAKE_CONSUMERS = "NOTIFY hjv_feed"

SHOW = """
SELECT hsa_id, kind, coalesce(body::json -> 'header' ->> 'name', '')
FROM (SELECT * FROM change ORDER BY kind, hsa_id LIMIT %s) first ORDER BY kind, hsa_id
"""


class _OvertakenError(Exception):
    """Another publication wrote one of our cards since we read it: read again."""


def publish_region(
    connection: psycopg.Connection,
    region: str,
    policy: Policy,
    run: Run,
    clock: Callable[[], datetime],
    hsa_ids: Sequence[str] | None = None,
) -> Publication:
    """Build and publish the cards of `region`, or those of `hsa_ids` in it, that are not what they should be now.

    Raises `TransientError` when other publications of moving units overtake it again and again.
    """
    for _ in range(ATTEMPTS):
        try:
            with connection.transaction():
                return _publish(connection, region, policy, run, clock, hsa_ids)
        except (_OvertakenError, psycopg.errors.DeadlockDetected):
            continue
    raise TransientError(f"The cards of {region} were overtaken {ATTEMPTS} times by other publications.")


def _publish(
    connection: psycopg.Connection,
    region: str,
    policy: Policy,
    run: Run,
    clock: Callable[[], datetime],
    hsa_ids: Sequence[str] | None,
) -> Publication:
    started = perf_counter()
    connection.execute(LOCK_REGION, (region,))
    now = clock()
    told = {
        "region": region,
        "now": now,
        "run_id": run.run_id,
        "trigger": run.trigger,
    }
    for units, found in stage_built(connection, stale_units(connection, region, policy, now, hsa_ids), policy, now):
        record_findings_of_units(connection, SOURCE, region, units, found, now)
    connection.execute(LOCK_CARDS)
    if connection.execute(OVERTAKEN).fetchone() != (0,):
        raise _OvertakenError
    connection.execute(CHANGES)
    connection.execute(KEEP_CONTENTS)
    publication_id, appeared, changed, withdrawn = _row(connection, KEEP_PUBLICATION, told)
    told["publication_id"] = publication_id
    connection.execute(KEEP_CARDS, told)
    connection.execute(FORGET_DEPENDENCIES)
    connection.execute(KEEP_DEPENDENCIES)
    unchanged, visible, hidden = _row(connection, COUNT_CARDS, told)
    changes = tuple(Change(*row) for row in connection.execute(SHOW, (SHOWN_CHANGES,)))
    if appeared or changed or withdrawn:
        connection.execute(FEED_ENTRIES, told)  # last: the feed's head is locked from here to the commit
        connection.execute(WAKE_CONSUMERS)
    return Publication(
        region=region,
        publication_id=publication_id,
        appeared=appeared,
        changed=changed,
        withdrawn=withdrawn,
        unchanged=unchanged,
        visible=visible,
        hidden=hidden,
        seconds=perf_counter() - started,
        changes=changes,
    )


def _row(connection: psycopg.Connection, query: str, told: dict[str, object]) -> tuple[int, ...]:
    row = connection.execute(query.encode(), told).fetchone()
    assert row is not None  # noqa: S101  these queries return one row
    return tuple(row)
