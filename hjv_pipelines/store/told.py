"""What the store is told with a snapshot: its head, as the queries of a merge name it.

Here: the words that the SQL of merge, findings and guard share. Not here: any query.
"""

from datetime import datetime
from typing import TypedDict

from hjv_pipelines.sources.source import Coverage, Snapshot


class Told(TypedDict):
    """A snapshot's head: `as_of` and `fetched_at` of the source, `now` of the store (UTC).

    `regions` are those that it tells everything about, `hsa_ids` the units that it was asked about.
    """

    source: str
    coverage: Coverage
    as_of: datetime
    fetched_at: datetime
    import_id: int
    regions: list[str]
    hsa_ids: list[str]
    now: datetime


def told_by(snapshot: Snapshot, import_id: int, now: datetime) -> Told:
    """Return the head of `snapshot`."""
    return Told(
        source=snapshot.source,
        coverage=snapshot.coverage,
        as_of=snapshot.as_of,
        fetched_at=snapshot.fetched_at,
        import_id=import_id,
        regions=list(snapshot.scope.regions),
        hsa_ids=list(snapshot.scope.hsa_ids),
        now=now,
    )
