"""The index of raw inputs: which import was given which answers.

Here: keeping what was heard of an import, and reading it. Writing and pruning take turns, so that no file goes that
somebody just came to need. Not here: hearing it (`recorder.py`), and pruning (`retention.py`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from hjv_pipelines.store.raw.files import RawFiles
from hjv_pipelines.store.raw.recorder import Heard, Recorder
from hjv_pipelines.transport.wire import listened_to_by

TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('hjv raw', 0))"

KEEP = """
INSERT INTO hjv.raw_inputs (import_id, question, asked, content_hash, bytes, stored_bytes, received_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""

WARN = "UPDATE hjv.imports SET warnings = warnings || %s::text WHERE import_id = %s"

OF_IMPORT = "SELECT question, content_hash FROM hjv.raw_inputs WHERE import_id = %s ORDER BY raw_id"

OF_IMPORTS = "SELECT coalesce(sum(bytes), 0)::bigint FROM hjv.raw_inputs WHERE import_id = ANY (%s)"

BY_DAY = """
SELECT (r.received_at AT TIME ZONE 'Europe/Stockholm')::date::text AS day, i.source,
    count(DISTINCT r.import_id) AS imports, count(*) AS answers,
    sum(r.bytes)::bigint AS bytes, sum(r.stored_bytes)::bigint AS stored_bytes
FROM hjv.raw_inputs r JOIN hjv.imports i USING (import_id) GROUP BY day, i.source ORDER BY day, i.source
"""


@dataclass(frozen=True, slots=True)
class RawInput:
    """An answer as the index holds it."""

    question: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class RawDay:
    """What is kept of a Swedish `day` and a source. The same content counts each time, and stands on disk once."""

    day: str
    source: str
    imports: int
    answers: int
    bytes: int
    stored_bytes: int


@contextmanager
def recorded(
    connection: psycopg.Connection, files: RawFiles, import_id: int, clock: Callable[[], datetime]
) -> Iterator[None]:
    """Keep every answer that the import is given inside, also one that fails.

    What cannot be kept is a warning in the ledger, and nothing else.
    """
    recorder = Recorder(files, clock)
    try:
        with listened_to_by(recorder.listen):
            yield
    finally:
        _keep(connection, files, import_id, recorder)


def inputs_of(connection: psycopg.Connection, import_id: int) -> list[RawInput]:
    """Return the answers that an import was given, in their order."""
    with connection.cursor(row_factory=class_row(RawInput)) as cursor:
        return cursor.execute(OF_IMPORT, (import_id,)).fetchall()


def bytes_received(connection: psycopg.Connection, import_ids: Sequence[int]) -> int:
    """Return how many bytes the answers of these imports had; none where raw inputs are not kept."""
    row = connection.execute(OF_IMPORTS, (list(import_ids),)).fetchone()
    return int(row[0]) if row else 0


def kept_by_day(connection: psycopg.Connection) -> list[RawDay]:
    """Return what is kept, by day and source, the oldest first."""
    with connection.cursor(row_factory=class_row(RawDay)) as cursor:
        return cursor.execute(BY_DAY).fetchall()


def _keep(connection: psycopg.Connection, files: RawFiles, import_id: int, recorder: Recorder) -> None:
    trouble = recorder.trouble
    try:
        if recorder.heard:
            _index(connection, files, import_id, recorder.heard)
    except (OSError, psycopg.Error) as error:
        trouble = f"its raw inputs are not kept: {error}"
    finally:
        for heard in recorder.heard:
            heard.part.path.unlink(missing_ok=True)
    if trouble and not connection.closed:
        connection.execute(WARN, (trouble, import_id))


def _index(connection: psycopg.Connection, files: RawFiles, import_id: int, heard: list[Heard]) -> None:
    with connection.transaction():
        connection.execute(TAKE_TURNS)
        for one in heard:
            files.take(one.part)
        with connection.cursor() as cursor:
            cursor.executemany(
                KEEP,
                [
                    (
                        import_id,
                        one.question,
                        one.asked,
                        one.part.content_hash,
                        one.part.bytes,
                        one.part.stored_bytes,
                        one.received_at,
                    )
                    for one in heard
                ],
            )
