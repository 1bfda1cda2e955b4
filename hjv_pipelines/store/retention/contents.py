"""Contents that nothing names any more: bodies of documents and cards whose last version was forgotten, and outlines.

Here: finding and deleting them without losing one that is just being named again. Not here: what names them.
"""

from typing import LiteralString

import psycopg

# Whoever names a content first writes into this table (ON CONFLICT DO NOTHING), which waits for the lock; whoever did
# so before is waited for, and what it names is seen.
ALONE = "LOCK TABLE hjv.contents IN SHARE ROW EXCLUSIVE MODE"

NO_LONGER_THAN = "SET LOCAL lock_timeout = '20s'"

DELETE_UNNAMED: LiteralString = """
DELETE FROM hjv.contents old
WHERE NOT EXISTS (SELECT FROM hjv.documents d WHERE d.content_hash = old.content_hash)
  AND NOT EXISTS (SELECT FROM hjv.document_versions v WHERE v.content_hash = old.content_hash)
  AND NOT EXISTS (SELECT FROM hjv.cards c WHERE c.card_hash = old.content_hash)
  AND NOT EXISTS (SELECT FROM hjv.feed f WHERE f.card_hash = old.content_hash)
  AND NOT EXISTS (SELECT FROM hjv.held_documents h WHERE h.content_hash = old.content_hash)
"""

# Nobody need be waited for: a document whose outline is gone is read again.
DELETE_OUTLINES = """
DELETE FROM hjv.outlines old WHERE NOT EXISTS (SELECT FROM hjv.documents d WHERE d.outline = old.outline)
"""


def forget_contents(connection: psycopg.Connection) -> int | None:
    """Delete what nothing names; return how much that was, None where an import kept us waiting for too long."""
    try:
        with connection.transaction():
            connection.execute(NO_LONGER_THAN)
            connection.execute(ALONE)
            return delete_unnamed(connection)
    except psycopg.errors.LockNotAvailable:
        return None


def delete_unnamed(connection: psycopg.Connection) -> int:
    """Delete what nothing names, in a transaction of the caller's that is alone or is rolled back.

    Return how many contents that were.
    """
    connection.execute(DELETE_OUTLINES)
    return connection.execute(DELETE_UNNAMED).rowcount
