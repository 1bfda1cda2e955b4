"""A record that gave a document before is not read again, and all is as if it had been."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import psycopg

from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.source import Refusal, Snapshot, UnitDocument, UnreadRecord
from hjv_pipelines.store.guard.guard import everything_held
from hjv_pipelines.store.guard.holds import holds
from hjv_pipelines.store.ledger import ImportResult, begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines.store.retention.contents import forget_contents
from hjv_pipelines_tests.store.told import FINDING, MORNING, REGIONS, RUN, UNITS, Told, snapshot, tell, unit

A, B, _ = UNITS
STOCKHOLM, SKANE = REGIONS
MEASURES = "SELECT measured FROM hjv.measures WHERE region = %s ORDER BY as_of"


def file_of(minute: int, *records: UnreadRecord | Refusal) -> Snapshot:
    """Return a file of these records."""
    return replace(snapshot(Told(minute, {}, REGIONS)), records=iter(records))


def told(connection: psycopg.Connection, said: Snapshot) -> ImportResult:
    """Merge what a source said."""
    import_id = begin_import(connection, said.source, said.scope, RUN, MORNING)
    return merge(connection, said, import_id, lambda: MORNING)


def document(hsa_id: str, word: str, *, region: str = SKANE) -> UnitDocument:
    """Return a document with a finding."""
    return UnitDocument(hsa_id, region, unit(hsa_id, region, word), (FINDING,))


def unread(name: str, document: UnitDocument) -> UnreadRecord:
    """Return a record of this name that reads as `document`."""
    return UnreadRecord(name, lambda: document)


def must_not_be_read() -> UnitDocument:
    """Stand for a record that is known already."""
    raise AssertionError("this record was read before")


def as_ofs(connection: psycopg.Connection) -> list[datetime]:
    """Return the time of each document, by unit."""
    return [row[0] for row in connection.execute("SELECT as_of FROM hjv.effective_documents ORDER BY hsa_id")]


def test_a_record_of_the_same_name_is_not_read_again(connection: psycopg.Connection) -> None:
    told(connection, file_of(0, unread("a", document(A, "one"))))
    again = told(connection, file_of(1, UnreadRecord("a", must_not_be_read)))
    assert (again.total.unchanged, as_ofs(connection)) == (1, [MORNING + timedelta(minutes=1)])


def test_what_is_not_read_again_counts_and_is_judged_as_if_it_were(connection: psycopg.Connection) -> None:
    """The guard's measures and the findings hold of the known as of the new."""
    results = [told(connection, file_of(minute, unread("a", document(A, "one")))) for minute in (0, 1)]
    first, second = connection.execute(MEASURES, (SKANE,)).fetchall()
    assert first == second
    assert [result.findings for result in results] == [{"name_missing": 1}] * 2
    assert connection.execute("SELECT times, ended_at FROM hjv.findings").fetchall() == [(2, None)]


def test_a_record_of_another_name_is_read(connection: psycopg.Connection) -> None:
    told(connection, file_of(0, unread("a", document(A, "one"))))
    result = told(connection, file_of(1, unread("b", document(A, "two"))))
    assert result.total.changed == 1


def test_what_a_newer_answer_overruled_is_read_again(connection: psycopg.Connection) -> None:
    """The name stands beside the document that counts, and goes with it."""
    told(connection, file_of(0, unread("a", document(A, "one"))))
    tell(connection, Told(1, {A: (SKANE, "two")}, asked=(A,)))
    result = told(connection, file_of(2, unread("a", document(A, "one"))))
    assert result.total.changed == 1


def test_a_document_that_changes_without_a_word_of_its_reading_has_none(connection: psycopg.Connection) -> None:
    """The version before knows nothing of readings, and merges beside this one while it is replaced."""
    told(connection, file_of(0, unread("a", document(A, "one")), unread("b", document(B, "two"))))
    connection.execute(
        """
        UPDATE hjv.documents d SET content_hash = o.content_hash, as_of = d.as_of + interval '1 second'
        FROM hjv.documents o
        WHERE d.hsa_id = %s AND o.hsa_id = %s""",
        (A, B),
    )
    result = told(connection, file_of(1, unread("a", document(A, "one")), UnreadRecord("b", must_not_be_read)))
    assert (result.total.changed, result.total.unchanged) == (1, 1)


def test_a_known_record_that_another_one_contradicts_is_refused_with_it(connection: psycopg.Connection) -> None:
    """Trap 19."""
    told(connection, file_of(0, unread("a", document(A, "one"))))
    again = file_of(1, UnreadRecord("a", must_not_be_read), unread("b", document(A, "two")))
    assert told(connection, again).findings == {"duplicate_hsa_id": 1}


def test_a_refused_record_is_read_each_time(connection: psycopg.Connection) -> None:
    refusal = Refusal(A, "record 1", (FINDING,))
    for minute in (0, 1):
        result = told(connection, file_of(minute, UnreadRecord("a", lambda: refusal)))
        assert result.total.refused == 1


def test_what_is_held_back_may_be_known(connection: psycopg.Connection) -> None:
    told(connection, file_of(0, unread("a", document(A, "one"))))
    said = file_of(1, UnreadRecord("a", must_not_be_read), unread("b", document(B, "one")))
    import_id = begin_import(connection, said.source, said.scope, RUN, MORNING)
    merge(connection, said, import_id, lambda: MORNING, everything_held)
    assert [hold.documents for hold in holds(connection) if hold.region == SKANE] == [2]


def test_a_record_whose_outline_is_gone_is_read_again(connection: psycopg.Connection) -> None:
    told(connection, file_of(0, unread("a", document(A, "one"))))
    connection.execute("DELETE FROM hjv.outlines")
    for minute, record in ((1, unread("a", document(A, "one"))), (2, UnreadRecord("a", must_not_be_read))):
        assert told(connection, file_of(minute, record)).total.unchanged == 1
    assert len({str(measured) for (measured,) in connection.execute(MEASURES, (SKANE,))}) == 1


def test_an_outline_that_no_document_has_is_forgotten(connection: psycopg.Connection) -> None:
    told(connection, file_of(0, unread("a", document(A, "one")), unread("b", document(B, "hidden"))))
    told(connection, file_of(1, unread("c", document(A, "hidden")), UnreadRecord("b", must_not_be_read)))
    forget_contents(connection)
    assert connection.execute("SELECT count(*) FROM hjv.outlines").fetchone() == (1,)


def test_of_a_stream_one_record_is_held_at_a_time(connection: psycopg.Connection) -> None:
    """However long it is, and however large its records are."""
    waiting: set[str] = set()
    most = 0

    def records() -> Iterator[UnreadRecord]:
        nonlocal most
        for number in range(8):
            hsa_id = f"SE2321000016-{number}"

            def read(hsa_id: str = hsa_id) -> UnitDocument:
                waiting.discard(hsa_id)
                return UnitDocument(hsa_id, SKANE, HsaUnit(hsa_id=hsa_id, name="x"))

            waiting.add(hsa_id)
            most = max(most, len(waiting))
            yield UnreadRecord(hsa_id, read)

    result = told(connection, replace(file_of(0), records=records()))
    assert (result.total.added, most) == (8, 1)
