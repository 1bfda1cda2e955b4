"""What imports and publications did is forgotten in time: versions, publications, the ledger, what is over.

What stands never goes, and neither does what explains it: whatever a document, a card, the feed, a hold or a raw
input names stays with it; of each region the newest stays. Here: those rules, in the order in which they free each
other's rows. Not here: the feed (`feed.py`), and contents (`contents.py`).
"""

from typing import Final

from hjv_pipelines.store.retention.rule import Rule

# A revert that holds needs what it put back and what it took away. What a revert put back speaks of the time at which
# its source said it, which an earlier version of the same content knows (`store/documents.py`).
VERSIONS: Final = Rule(
    "document_versions",
    """
    FROM hjv.document_versions old WHERE old.valid_to < %(before)s AND NOT EXISTS (
        SELECT FROM hjv.reverts r
        WHERE r.holds AND r.released_at IS NULL AND r.import_id IN (old.import_id, old.ended_by)
    ) AND NOT EXISTS (
        SELECT FROM hjv.documents d JOIN hjv.imports i ON i.import_id = d.import_id
        WHERE i.trigger = 'revert' AND d.source = old.source AND d.hsa_id = old.hsa_id
          AND d.coverage = old.coverage AND d.content_hash = old.content_hash
    )
    """,
)

HOLDS: Final = Rule("holds", "FROM hjv.holds old WHERE old.state <> 'held' AND old.decided_at < %(before)s")

REVERTS: Final = Rule(
    "reverts",
    "FROM hjv.reverts old WHERE CASE WHEN old.holds THEN old.released_at ELSE old.reverted_at END < %(before)s",
)

# Of each region the newest stays, and the newest that changed anything.
PUBLICATIONS: Final = Rule(
    "publications",
    """
    FROM hjv.publications old WHERE old.published_at < %(before)s
    AND NOT EXISTS (SELECT FROM hjv.feed f WHERE f.publication_id = old.publication_id)
    AND NOT EXISTS (SELECT FROM hjv.cards c WHERE c.publication_id = old.publication_id)
    AND old.publication_id NOT IN (
        SELECT max(publication_id) FROM hjv.publications GROUP BY region, appeared + changed + withdrawn > 0
    )
    """,
)

# Of each source and region the last import before the moment stays, whether it was done or failed, and the one that
# spoke of the latest time: whoever asks about the moment or later finds what was imported last.
IMPORTS: Final = Rule(
    "imports",
    """
    FROM hjv.imports old WHERE old.started_at < %(before)s
    AND NOT EXISTS (SELECT FROM hjv.documents d WHERE d.import_id = old.import_id)
    AND NOT EXISTS (SELECT FROM hjv.document_versions v WHERE v.import_id = old.import_id)
    AND NOT EXISTS (SELECT FROM hjv.document_versions v WHERE v.ended_by = old.import_id)
    AND NOT EXISTS (
        SELECT FROM hjv.complete_snapshots c WHERE old.import_id IN (c.import_id, c.repeated_import_id))
    AND NOT EXISTS (SELECT FROM hjv.raw_inputs r WHERE r.import_id = old.import_id)
    AND NOT EXISTS (SELECT FROM hjv.holds h WHERE h.import_id = old.import_id)
    AND NOT EXISTS (SELECT FROM hjv.reverts r WHERE r.import_id = old.import_id)
    AND old.import_id NOT IN (
        SELECT max(i.import_id) FROM hjv.imports i CROSS JOIN unnest(i.regions) AS told (region)
        WHERE i.started_at < %(before)s GROUP BY i.source, told.region, i.outcome
    )
    AND old.import_id NOT IN (
        SELECT DISTINCT ON (i.source, told.region) i.import_id
        FROM hjv.imports i CROSS JOIN unnest(i.regions) AS told (region)
        WHERE i.started_at < %(before)s AND i.outcome = 'done' AND told.region <> ALL (i.held)
        ORDER BY i.source, told.region, i.as_of DESC
    )
    """,
)

FINDINGS: Final = Rule("findings", "FROM hjv.findings old WHERE old.ended_at < %(before)s")

# Nothing that waits to be told is given up.
ALERTS: Final = Rule(
    "alerts",
    """
    FROM hjv.alerts old WHERE old.resolved_at < %(before)s AND NOT EXISTS (
        SELECT FROM hjv.alert_messages m WHERE m.alert_id = old.alert_id AND m.delivered_at IS NULL
    )
    """,
)

# The guard judges by the best of seven days, and by the last accepted snapshot however old that is.
MEASURES: Final = Rule(
    "measures",
    """
    FROM hjv.measures old WHERE old.as_of < %(before)s AND EXISTS (
        SELECT FROM hjv.measures newer
        WHERE newer.source = old.source AND newer.region = old.region AND newer.as_of > old.as_of
    )
    """,
)

LEDGER: Final = (VERSIONS, HOLDS, REVERTS, PUBLICATIONS, IMPORTS, FINDINGS, ALERTS)
"""What is forgotten by one age, in this order."""
