"""The turns of a source among all processes that ask it: a contract's pace counts for all of us together.

Here: the next turn of each source, by the database's clock. Not here: waiting for it (`transport/pace.py`).
"""

from functools import partial

import psycopg

from hjv_pipelines.transport.pace import Turns

# A turn that is further off than a hundred callers explain was taken before the database's clock was set back.
TAKE = """
INSERT INTO hjv.turns AS t (source, following)
VALUES (%(source)s, clock_timestamp() + make_interval(secs => %(distance)s))
ON CONFLICT (source) DO UPDATE SET following = make_interval(secs => %(distance)s)
    + least(greatest(t.following, clock_timestamp()), clock_timestamp() + make_interval(secs => 100 * %(distance)s))
RETURNING extract(epoch FROM following - make_interval(secs => %(distance)s) - clock_timestamp())::float8
"""


def turns_of(connection: psycopg.Connection, source: str) -> Turns:
    """Return what takes the turns of `source`, each at once for all to see: `connection` is in autocommit mode."""
    return partial(_take, connection, source)


def _take(connection: psycopg.Connection, source: str, distance: float) -> float:
    row = connection.execute(TAKE, {"source": source, "distance": distance}).fetchone()
    assert row is not None  # noqa: S101  INSERT … RETURNING gives a row
    return float(row[0])
