"""Documents → store: all new, none changed, one in a hundred changed.

The records come as HSA's file gives them, unread and named: reading those that must be takes no time here. The floor
is COPY of the rows of all, made ready beforehand, into an unlogged table.
"""

import gc
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

import psycopg

from hjv_pipelines.bench.figure import Figure, times_the_floor
from hjv_pipelines.bench.stopwatch import seconds
from hjv_pipelines.bench.workshop import RUN, Workshop
from hjv_pipelines.sources.hsa.file import HsaFile
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.source import Refusal, Scope, Snapshot, UnitDocument, UnreadRecord
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.guard.guard import guard_with
from hjv_pipelines.store.guard.thresholds import thresholds_of
from hjv_pipelines.store.ledger import begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines.store.staging import stage

Records = Sequence[UnreadRecord]

_CHANGED_EVERY = 100
_UNLOGGED = """
CREATE UNLOGGED TABLE floor (
    hsa_id text, region text, hash text, body text, place text, findings text, reading text,
    outline bigint)
"""


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the times of the three merges."""
    with workshop.hsa_file.open("rb") as file:
        records = [_ready(unread.reading, unread.read()) for unread in HsaFile(file).records()]
    changed = [_renamed(record) if not number % _CHANGED_EVERY else record for number, record in enumerate(records)]
    gc.freeze()  # what we only hold here is not for the collector to walk through in the middle of a round
    with workshop.copy_of(workshop.migrated) as url:
        rows = _rows(url, records)
    taken: dict[str, list[float]] = {"all new": [], "none changed": [], "1 % changed": []}
    floors: list[float] = []
    for _ in workshop.rounds("Merging documents into the store"):
        with workshop.copy_of(workshop.migrated) as url, connect(url) as connection:
            floors.append(seconds(partial(_copy, connection, rows)))
            for hours, (name, told) in enumerate(zip(taken, (records, records, changed), strict=True), start=1):
                as_of = datetime.now(UTC) + timedelta(hours=hours)
                taken[name].append(seconds(partial(_merge, workshop, connection, told, as_of)))
    gc.unfreeze()
    floor = workshop.floors["store"] = median(floors)
    for (name, times), most in zip(taken.items(), (3, 1, 1), strict=True):
        yield Figure(f"documents to store, {name}", median(times), "s", floor, times_the_floor(most))


def _ready(reading: str, read: UnitDocument | Refusal) -> UnreadRecord:
    return UnreadRecord(reading, lambda: read)


def _renamed(unread: UnreadRecord) -> UnreadRecord:
    read = unread.read()
    if isinstance(read, Refusal):
        return unread
    assert isinstance(read.record, HsaUnit)  # noqa: S101  it came from HSA's file
    renamed = read.record.model_copy(update={"name": f"{read.record.name} ny"})
    document = UnitDocument(read.hsa_id, read.region, renamed, read.findings)
    return _ready(f"{unread.reading} ny", document)


def _merge(workshop: Workshop, connection: psycopg.Connection, records: Records, as_of: datetime) -> None:
    scope = Scope.nation()
    snapshot = Snapshot("hsa", scope, as_of=as_of, fetched_at=as_of, records=iter(records))
    import_id = begin_import(connection, "hsa", scope, RUN, as_of)
    merge(connection, snapshot, import_id, lambda: as_of, guard_with(thresholds_of(workshop.settings)))


def _rows(url: str, records: Records) -> list[bytes]:
    """Return the rows that are staged of `records`, as COPY has them on the wire."""
    with connect(url) as connection, connection.transaction():
        stage(connection, "hsa", records)
        with connection.cursor().copy("COPY staged TO STDOUT") as copy:
            return [bytes(row) for row in copy]


def _copy(connection: psycopg.Connection, rows: list[bytes]) -> None:
    connection.execute(_UNLOGGED)
    with connection.cursor().copy("COPY floor FROM STDIN") as copy:
        for row in rows:
            copy.write(row)
    connection.execute("DROP TABLE floor")
