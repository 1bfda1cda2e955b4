"""Raw inputs: every answer is kept as it was received, privately, for a while; and never at an import's cost."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.ledger import begin_import
from hjv_pipelines.store.raw.answering import KeptAnswers
from hjv_pipelines.store.raw.files import RawFiles
from hjv_pipelines.store.raw.index import inputs_of, kept_by_day, recorded
from hjv_pipelines.store.raw.retention import RawKeeping, going, prune
from hjv_pipelines.transport.http import AnswerTooLargeError, Bounds, ask
from hjv_pipelines.transport.wire import answered_by
from hjv_pipelines_tests.store.told import REGIONS, RUN

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BOUNDS = Bounds(max_bytes=1000, seconds=10)
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def files(tmp_path: Path) -> RawFiles:
    return RawFiles(tmp_path / "raw")


def asked(answer: Answer, url: str = "http://secret:word@kka.example/kka?key=hush", body: bytes = b"") -> bytes:
    """Return what is read of the answer to a question."""
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        request = http.build_request("POST", url, content=body, headers={"Authorization": "hush"})
        with ask(http, request, "KKA", BOUNDS) as answered:
            return answered.read()


def imported(connection: psycopg.Connection, files: RawFiles, *answers: bytes, at: datetime = NOW) -> int:
    """Import what the `answers` say to questions of their own, and return the import's id."""
    import_id = begin_import(connection, "kka", Scope(regions=REGIONS), RUN, at)
    with recorded(connection, files, import_id, lambda: at):
        for number, answer in enumerate(answers):
            asked(lambda _, answer=answer: httpx.Response(200, content=answer), body=b"%d" % number)
    return import_id


def contents(files: RawFiles) -> list[Path]:
    return sorted(files.folder.rglob("*.zst"))


def test_an_answer_is_kept_as_received_and_given_again(connection: psycopg.Connection, files: RawFiles) -> None:
    import_id = imported(connection, files, b"one" * 100, b"two")
    kept = KeptAnswers(files, inputs_of(connection, import_id))
    with answered_by(kept.send):
        again = asked(lambda _: httpx.Response(500), url="http://other.example/kka?key=hush", body=b"0")
    assert again == b"one" * 100


def test_a_question_that_was_not_put_then_has_no_answer(connection: psycopg.Connection, files: RawFiles) -> None:
    import_id = imported(connection, files, b"one")
    with answered_by(KeptAnswers(files, inputs_of(connection, import_id)).send), pytest.raises(AnswerTooLargeError):
        asked(lambda _: httpx.Response(200), body=b"another question")


def test_the_same_content_stands_once_and_is_counted_each_time(connection: psycopg.Connection, files: RawFiles) -> None:
    imported(connection, files, b"same", b"same")
    imported(connection, files, b"same")
    assert len(contents(files)) == 1
    assert [(day.day, day.imports, day.answers, day.bytes) for day in kept_by_day(connection)] == [
        ("2026-11-23", 2, 3, 12)
    ]


def test_nothing_secret_is_kept_and_nobody_else_may_read(connection: psycopg.Connection, files: RawFiles) -> None:
    imported(connection, files, b"one")
    row = connection.execute("SELECT row_to_json(r)::text FROM hjv.raw_inputs r").fetchone()
    assert row is not None
    assert "http://kka.example/kka" in row[0]
    assert not any(secret in row[0] for secret in ("hush", "word", "secret"))
    modes = {path.stat().st_mode & 0o777 for path in [files.folder, *files.folder.rglob("*")]}
    assert modes == {0o700, 0o600}


def test_half_an_answer_and_a_refusal_are_not_kept(connection: psycopg.Connection, files: RawFiles) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"half"
        raise httpx.ReadError("reset")

    import_id = begin_import(connection, "kka", Scope(regions=REGIONS), RUN, NOW)
    with recorded(connection, files, import_id, lambda: NOW):
        asked(lambda _: httpx.Response(503, content=b"down"))
        with pytest.raises(Exception, match="connection failed"):
            asked(lambda _: httpx.Response(200, content=breaking()))
    assert (inputs_of(connection, import_id), [path for path in files.folder.rglob("*") if path.is_file()]) == ([], [])


def test_what_a_failing_import_was_given_is_kept_too(connection: psycopg.Connection, files: RawFiles) -> None:
    import_id = begin_import(connection, "kka", Scope(regions=REGIONS), RUN, NOW)

    def fails() -> None:
        with recorded(connection, files, import_id, lambda: NOW):
            asked(lambda _: httpx.Response(200, content=b"nonsense"))
            raise PermanentError("It is nonsense.")

    with pytest.raises(PermanentError):
        fails()
    assert len(inputs_of(connection, import_id)) == 1


def test_a_disk_that_refuses_is_a_warning_in_the_ledger_and_costs_nothing(
    connection: psycopg.Connection, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "raw"
    in_the_way.write_text("a file where the folder should be")
    import_id = begin_import(connection, "kka", Scope(regions=REGIONS), RUN, NOW)
    with recorded(connection, RawFiles(in_the_way), import_id, lambda: NOW):
        assert asked(lambda _: httpx.Response(200, content=b"one")) == b"one"
    ((warnings,),) = connection.execute("SELECT warnings FROM hjv.imports").fetchall()
    assert len(warnings) == 1
    assert "raw inputs are not kept" in warnings[0]


def test_a_damaged_file_is_an_error_and_no_answer(connection: psycopg.Connection, files: RawFiles) -> None:
    imported(connection, files, b"one")
    (path,) = contents(files)
    imported(connection, files, b"another")
    (other,) = set(contents(files)) - {path}
    path.write_bytes(other.read_bytes())
    with pytest.raises(PermanentError, match="not what was kept"):
        b"".join(files.pieces(path.stem))


def test_what_is_too_old_goes_and_what_is_used_still_stays(connection: psycopg.Connection, files: RawFiles) -> None:
    imported(connection, files, b"old", b"used still", at=NOW - timedelta(days=20))
    imported(connection, files, b"used still", b"new", at=NOW)
    keeping = RawKeeping(files, timedelta(days=14), 10**9)
    looked = going(connection, keeping, NOW)
    assert (looked.answers, looked.files, len(contents(files))) == (2, 1, 3)
    assert prune(connection, keeping, NOW) == looked
    assert (len(contents(files)), [day.answers for day in kept_by_day(connection)]) == (2, [2])


def test_beyond_its_room_the_oldest_goes_first(connection: psycopg.Connection, files: RawFiles) -> None:
    for day, answer in enumerate((b"first", b"second", b"third!")):
        imported(connection, files, answer, at=NOW + timedelta(days=day))
    room = sum(path.stat().st_size for path in contents(files)) - 1
    prune(connection, RawKeeping(files, timedelta(days=100), room), NOW + timedelta(days=3))
    assert [day.day for day in kept_by_day(connection)] == ["2026-11-24", "2026-11-25"]
    assert len(contents(files)) == 2
