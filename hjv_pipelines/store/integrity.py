"""Whether the store is whole: everything that a row names is there.

The database itself does not watch these references (decisions/0009). Here: counting those that lead nowhere. Not
here: what is done about it.
"""

import psycopg

DANGLING = """
SELECT reference, number FROM (
    SELECT 'documents.content_hash', count(*) FROM hjv.documents r
    WHERE r.content_hash IS NOT NULL
      AND NOT EXISTS (SELECT FROM hjv.contents c WHERE c.content_hash = r.content_hash)
    UNION ALL
    SELECT 'document_versions.content_hash', count(*) FROM hjv.document_versions r
    WHERE r.content_hash IS NOT NULL
      AND NOT EXISTS (SELECT FROM hjv.contents c WHERE c.content_hash = r.content_hash)
    UNION ALL
    SELECT 'held_documents.content_hash', count(*) FROM hjv.held_documents r
    WHERE NOT EXISTS (SELECT FROM hjv.contents c WHERE c.content_hash = r.content_hash)
    UNION ALL
    SELECT 'cards.card_hash', count(*) FROM hjv.cards r
    WHERE r.card_hash IS NOT NULL AND NOT EXISTS (SELECT FROM hjv.contents c WHERE c.content_hash = r.card_hash)
    UNION ALL
    SELECT 'feed.card_hash', count(*) FROM hjv.feed r
    WHERE r.card_hash IS NOT NULL AND NOT EXISTS (SELECT FROM hjv.contents c WHERE c.content_hash = r.card_hash)
    UNION ALL
    SELECT 'documents.import_id', count(*) FROM hjv.documents r
    WHERE NOT EXISTS (SELECT FROM hjv.imports i WHERE i.import_id = r.import_id)
    UNION ALL
    SELECT 'complete_snapshots.repeated_import_id', count(*) FROM hjv.complete_snapshots r
    WHERE r.repeated_import_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM hjv.imports i WHERE i.import_id = r.repeated_import_id)
    UNION ALL
    SELECT 'document_versions.import_id', count(*) FROM hjv.document_versions r
    WHERE NOT EXISTS (SELECT FROM hjv.imports i WHERE i.import_id = r.import_id)
    UNION ALL
    SELECT 'document_versions.ended_by', count(*) FROM hjv.document_versions r
    WHERE r.ended_by IS NOT NULL AND NOT EXISTS (SELECT FROM hjv.imports i WHERE i.import_id = r.ended_by)
    UNION ALL
    SELECT 'cards.publication_id', count(*) FROM hjv.cards r
    WHERE NOT EXISTS (SELECT FROM hjv.publications p WHERE p.publication_id = r.publication_id)
    UNION ALL
    SELECT 'feed.publication_id', count(*) FROM hjv.feed r
    WHERE NOT EXISTS (SELECT FROM hjv.publications p WHERE p.publication_id = r.publication_id)
) AS counted (reference, number) WHERE number > 0
"""


def dangling(connection: psycopg.Connection) -> dict[str, int]:
    """Return by reference how many rows name what is not there; nothing where the store is whole."""
    return dict(connection.execute(DANGLING).fetchall())
