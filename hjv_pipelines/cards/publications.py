"""Publications read back: what those did that others ran.

Here: their figures. Not here: publishing (`publish.py`), and the cards that changed (`feed.py`).
"""

from collections.abc import Iterable
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.cards.publication import Publication

OF_RUNS = """
SELECT region, publication_id, appeared, changed, withdrawn, unchanged, visible, hidden, 0.0 AS seconds,
    ARRAY[]::text[] AS changes
FROM hjv.publications WHERE run_id = ANY(%s) AND published_at >= %s ORDER BY publication_id
"""


def publications_of(connection: psycopg.Connection, run_ids: Iterable[str], since: datetime) -> tuple[Publication, ...]:
    """Return what the runs `run_ids` published from `since` on (aware), in that order.

    How long each took, and its first changes, are not kept.
    """
    with connection.cursor(row_factory=class_row(Publication)) as cursor:
        return tuple(cursor.execute(OF_RUNS, (list(run_ids), since)))
