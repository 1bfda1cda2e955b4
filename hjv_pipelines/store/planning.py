"""What PostgreSQL knows of the documents when it plans how to read them.

It reckons with one document of a source that its statistics do not name, and then goes through all of them once for
each: 15 seconds for a thousand. Here: having it look again in time. Not here: the queries that it plans.
"""

import psycopg

MANY_ROWS = 100
"""So many rows are worth a look, which takes 0.2 seconds of a nation's. Fewer are few even when multiplied."""

IS_STRANGE = """
SELECT count(*) = %(many)s AND NOT EXISTS (
    SELECT FROM pg_stats WHERE schemaname = 'hjv' AND tablename = 'documents' AND attname = 'source'
    AND %(source)s = ANY(most_common_vals::text::text[]))
FROM (SELECT FROM hjv.documents WHERE source = %(source)s LIMIT %(many)s) AS held
"""


def look_again(connection: psycopg.Connection, source: str, written: int) -> None:
    """Have PostgreSQL look at the documents when many rows were `written`, or it does not know of many of `source`."""
    if written >= MANY_ROWS or _is_strange(connection, source):
        connection.execute("ANALYZE hjv.documents")


def _is_strange(connection: psycopg.Connection, source: str) -> bool:
    row = connection.execute(IS_STRANGE, {"source": source, "many": MANY_ROWS}).fetchone()
    return row is not None and bool(row[0])
