"""What a complete snapshot says again is not written again, and all is as if it had been.

Also while the version before, which knows nothing of it, merges beside this one.
"""

from datetime import datetime, timedelta

import psycopg
import pytest

from hjv_pipelines_tests.store.told import MORNING, REGIONS, UNITS, Told, tell

A, B, C = UNITS
STOCKHOLM, SKANE = REGIONS
EVERYTHING = {A: (STOCKHOLM, "one"), B: (SKANE, "one"), C: (SKANE, "one")}

# What the version before does with a document that it is told, and with a complete snapshot.
REPLACED_BY_VERSION_BEFORE = """
UPDATE hjv.documents d SET as_of = %(as_of)s, named_as_of = greatest(d.named_as_of, %(as_of)s),
    content_hash = o.content_hash, region = o.region, reading = NULL
FROM hjv.documents o
WHERE d.hsa_id = %(unit)s AND o.hsa_id = %(like)s
    AND (%(as_of)s, o.content_hash, o.region) > (d.as_of, coalesce(d.content_hash, ''), d.region)
"""
NAMED_BY_VERSION_BEFORE = """
UPDATE hjv.documents SET as_of = %(as_of)s, named_as_of = %(as_of)s WHERE hsa_id = %(unit)s
"""
ENDED_BY_VERSION_BEFORE = "UPDATE hjv.document_versions SET valid_to = %(as_of)s WHERE hsa_id = %(unit)s"
COMPLETE_BY_VERSION_BEFORE = "UPDATE hjv.complete_snapshots SET as_of = %(as_of)s WHERE region = %(region)s"


def minute(number: int) -> datetime:
    """Return a minute of the morning."""
    return MORNING + timedelta(minutes=number)


def rows(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    """Return the documents' rows, with the transactions that wrote them."""
    return connection.execute("SELECT xmin, d FROM hjv.documents d ORDER BY hsa_id").fetchall()


def held(connection: psycopg.Connection) -> dict[str, datetime]:
    """Return the units that are held, each with the time that its document speaks of."""
    return dict(connection.execute("SELECT hsa_id, as_of FROM hjv.effective_documents ORDER BY hsa_id").fetchall())


def content(connection: psycopg.Connection, hsa_id: str) -> str:
    """Return the hash of what is held of a unit."""
    row = connection.execute("SELECT content_hash FROM hjv.effective_documents WHERE hsa_id = %s", (hsa_id,)).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize("source", ["hsa", "kka"])
def test_what_is_said_again_is_not_written_again(connection: psycopg.Connection, source: str) -> None:
    tell(connection, Told(0, EVERYTHING, REGIONS, source=source))
    before = rows(connection)
    result = tell(connection, Told(1, EVERYTHING, REGIONS, source=source))
    assert (result.total.unchanged, rows(connection)) == (3, before)
    assert set(held(connection).values()) == {minute(1)}


def test_of_many_that_are_said_again_only_the_changed_one_is_written(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, EVERYTHING, REGIONS))
    before = rows(connection)
    result = tell(connection, Told(1, {**EVERYTHING, B: (SKANE, "two")}, REGIONS))
    written = [one for one, other in zip(rows(connection), before, strict=True) if one != other]
    assert (result.total.unchanged, result.total.changed, len(written)) == (2, 1, 1)


def test_a_unit_that_is_not_said_again_was_there_until_it_was_last_said(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, EVERYTHING, REGIONS))
    tell(connection, Told(1, EVERYTHING, REGIONS))
    tell(connection, Told(2, {A: (STOCKHOLM, "one"), B: (SKANE, "one")}, REGIONS))
    told = connection.execute("SELECT as_of FROM hjv.dated_documents WHERE hsa_id = %s", (C,)).fetchone()
    assert (set(held(connection)), told) == ({A, B}, (minute(1),))


def test_each_document_names_the_import_that_said_it_last(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, EVERYTHING, REGIONS))
    last = tell(connection, Told(1, {**EVERYTHING, B: (SKANE, "two")}, REGIONS))
    named = connection.execute("SELECT DISTINCT import_id, fetched_at FROM hjv.effective_documents").fetchall()
    assert named == [(last.import_id, minute(1))]


def test_the_version_before_brings_no_older_answer_back(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {**EVERYTHING, B: (SKANE, "two")}, REGIONS))
    tell(connection, Told(3, {**EVERYTHING, B: (SKANE, "two")}, REGIONS))
    stood = content(connection, C)
    connection.execute(REPLACED_BY_VERSION_BEFORE, {"unit": C, "like": B, "as_of": minute(2)})
    assert (content(connection, C), held(connection)[C]) == (stood, minute(3))
    connection.execute(REPLACED_BY_VERSION_BEFORE, {"unit": C, "like": B, "as_of": minute(4)})
    assert (content(connection, C), held(connection)[C]) == (content(connection, B), minute(4))


def test_what_a_complete_snapshot_of_the_version_before_does_not_name_is_gone(connection: psycopg.Connection) -> None:
    for number in (0, 1):
        tell(connection, Told(number, EVERYTHING, REGIONS))
    connection.execute(NAMED_BY_VERSION_BEFORE, {"unit": B, "as_of": minute(2)})
    connection.execute(COMPLETE_BY_VERSION_BEFORE, {"region": SKANE, "as_of": minute(2)})
    connection.execute(ENDED_BY_VERSION_BEFORE, {"unit": C, "as_of": minute(2)})
    assert held(connection) == {A: minute(1), B: minute(2)}
    result = tell(connection, Told(3, EVERYTHING, REGIONS))
    assert (result.total.added, set(held(connection).values())) == (1, {minute(3)})
