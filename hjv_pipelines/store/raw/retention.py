"""For how long raw inputs are kept: so many days, and so many bytes, the oldest going first.

Here: looking at what would go, and letting it go. Not here: keeping (`index.py`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg

from hjv_pipelines.settings import Settings
from hjv_pipelines.store.raw.files import ASIDE, RawFiles
from hjv_pipelines.store.raw.index import TAKE_TURNS

# A content goes when its last use is too old, or when what was used later fills the room.
GOING = """
CREATE TEMPORARY TABLE going ON COMMIT DROP AS
WITH contents AS (
    SELECT content_hash, max(stored_bytes) AS stored_bytes, max(received_at) AS used_at
    FROM hjv.raw_inputs GROUP BY content_hash
), sized AS (
    SELECT content_hash, stored_bytes, used_at,
        sum(stored_bytes) OVER (ORDER BY used_at DESC, content_hash ROWS UNBOUNDED PRECEDING) AS room
    FROM contents
)
SELECT content_hash, stored_bytes FROM sized WHERE used_at < %(before)s OR room > %(most_bytes)s
"""

FIGURES = """
SELECT (SELECT count(*) FROM going), (SELECT coalesce(sum(stored_bytes), 0)::bigint FROM going),
    (SELECT count(*) FROM hjv.raw_inputs WHERE received_at < %(before)s OR content_hash IN (
        SELECT content_hash FROM going))
"""

FORGET = """
DELETE FROM hjv.raw_inputs WHERE received_at < %(before)s OR content_hash IN (SELECT content_hash FROM going)
"""

ABANDONED_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RawKeeping:
    """Where raw inputs are kept, for how long, and in how many bytes on disk."""

    files: RawFiles
    age: timedelta
    most_bytes: int

    def bounds(self, now: datetime) -> dict[str, datetime | int]:
        """Return the bounds at `now`, as the queries name them."""
        return {"before": now - self.age, "most_bytes": self.most_bytes}


@dataclass(frozen=True, slots=True)
class Going:
    """What goes: so many `answers`, and of the files so many with so many bytes on disk."""

    answers: int
    files: int
    stored_bytes: int


def keeping_of(settings: Settings) -> RawKeeping:
    """Return what the settings choose. An age of zero keeps nothing."""
    files = RawFiles(settings.home / "raw")
    return RawKeeping(files, timedelta(days=settings.raw_days), int(settings.raw_gigabytes * 1e9))


def going(connection: psycopg.Connection, keeping: RawKeeping, now: datetime) -> Going:
    """Return what `prune` would remove; nothing is changed."""
    with connection.transaction(force_rollback=True):
        return _going(connection, keeping, now)


def prune(connection: psycopg.Connection, keeping: RawKeeping, now: datetime) -> Going:
    """Remove what is older or more than is kept, and what a killed import left aside; return what went.

    Raises `OSError` where a file cannot be removed: then the index still knows it.
    """
    with connection.transaction():
        connection.execute(TAKE_TURNS)
        told = _going(connection, keeping, now)
        connection.execute(FORGET, keeping.bounds(now))
        for (content_hash,) in connection.execute("SELECT content_hash FROM going").fetchall():
            keeping.files.remove(content_hash)
    _remove_abandoned(keeping.files.folder / ASIDE, now - ABANDONED_AFTER)
    return told


def _going(connection: psycopg.Connection, keeping: RawKeeping, now: datetime) -> Going:
    connection.execute(GOING, keeping.bounds(now))
    row = connection.execute(FIGURES, keeping.bounds(now)).fetchone()
    assert row is not None  # noqa: S101  a select without FROM gives a row
    return Going(files=row[0], stored_bytes=row[1], answers=row[2])


def _remove_abandoned(aside: Path, before: datetime) -> None:
    for path in aside.glob("*") if aside.exists() else ():
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
