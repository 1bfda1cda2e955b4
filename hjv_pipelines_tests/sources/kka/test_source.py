"""The promise: how KKA is asked, region by region and for single units, and what its answers mean."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.kka.source import KkaSource
from hjv_pipelines.sources.source import Refusal, Scope, Source, UnitDocument
from hjv_pipelines.transport.http import Bounds
from hjv_pipelines_tests.sources.kka.said import TEXT, answer, unit
from hjv_pipelines_tests.wire import Reply, Script, Server, serving

NOW = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
SKANE = Scope(regions=("12-skane",))
A, B, C = "SE2321000255-A", "SE2321000255-B", "SE2321000024-C"


@dataclass
class Directory:
    """The units that HSA marks, those of which KKA's content is held, and where."""

    marked: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)

    def marked_units(self, scope: Scope) -> Mapping[str, str]:
        return {hsa_id: self.marked[hsa_id] for hsa_id in scope.hsa_ids if hsa_id in self.marked}

    def held_units(self, source: str, scope: Scope) -> Mapping[str, str]:
        assert source == "kka"
        return {hsa_id: lies for hsa_id, lies in self.held.items() if hsa_id in scope.hsa_ids or lies in scope.regions}


NOBODY = Directory()


def saying(*hsa_ids: str, **changes: object) -> Reply:
    """Return the reply that a text is published for `hsa_ids`."""
    return Reply(orjson.dumps(answer(*(unit(TEXT, hsa_id=hsa_id) for hsa_id in hsa_ids), **changes)))


@contextmanager
def kka(*script: Script, bounds: Bounds | None = None) -> Iterator[tuple[KkaSource, Server]]:
    """Lend the source and the service that it asks, without a pace to speak of."""
    with serving(*script) as server:
        settings = Settings(kka_url=f"{server.url}/v1", kka_calls_per_second=1e9, sources="live")
        bounded = {"bounds": bounds} if bounds else {}
        yield KkaSource(settings, clock=lambda: NOW, **bounded), server


def questions(server: Server) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(request.path).query) for request in server.requests]


def placed(source: KkaSource, scope: Scope, directory: Directory = NOBODY) -> dict[str, str]:
    """Return where the documents lie that the source gives for `scope`."""
    records = source.fetch(scope, directory).records
    return {record.hsa_id: record.region for record in records if isinstance(record, UnitDocument)}


def test_it_is_a_source_of_every_region() -> None:
    source: Source = KkaSource(Settings())
    assert (source.name, source.by_region, source.regions) == ("kka", True, REGION_KEYS)


def test_one_question_asks_for_a_region() -> None:
    with kka(saying(A, B)) as (source, server):
        snapshot = source.fetch(SKANE, NOBODY)
        documents = list(snapshot.records)
    assert questions(server) == [{"region": ["12"]}]
    assert (snapshot.as_of, snapshot.coverage) == (NOW, "full")
    assert [(record.hsa_id, record.region) for record in documents if isinstance(record, UnitDocument)] == [
        (A, "12-skane"),
        (B, "12-skane"),
    ]


def test_units_without_a_county_are_asked_about_too() -> None:
    with kka(saying(A)) as (source, server):
        assert placed(source, Scope(regions=("00-distans",))) == {A: "00-distans"}
    assert questions(server) == [{"region": ["00"]}]


def test_a_unit_without_a_card_is_kept() -> None:
    """KKA's editors write before HSA makes the unit visible; no finding, for that is as it should be."""
    with kka(saying(A)) as (source, _):
        (document,) = source.fetch(SKANE, NOBODY).records
    assert isinstance(document, UnitDocument)
    assert document.findings == ()


def test_a_region_that_is_not_connected_has_nothing_and_that_is_complete() -> None:
    with kka(saying(connected=False)) as (source, _):
        snapshot = source.fetch(SKANE, NOBODY)
        assert list(snapshot.records) == []
    assert snapshot.scope.is_complete


def test_an_empty_answer_of_a_connected_region_fails_and_what_is_held_stays() -> None:
    """Traps 6 and 7."""
    with kka(saying()) as (source, _), pytest.raises(TransientError, match="outage"):
        source.fetch(SKANE, NOBODY)


def test_single_units_are_asked_about_by_name_and_lie_where_we_hold_them_or_hsa_has_them() -> None:
    directory = Directory(marked={A: "01-stockholm", B: "12-skane"}, held={A: "12-skane"})
    with kka(saying(A, B, C)) as (source, server):
        assert placed(source, Scope(hsa_ids=(A, B, C)), directory) == {A: "12-skane", B: "12-skane", C: "00-distans"}
    assert questions(server) == [{"hsaIds": [f"{A},{B},{C}"]}]


def test_a_single_unit_that_the_answer_leaves_out_has_nothing_published() -> None:
    with kka(saying(connected=False)) as (source, _):
        assert placed(source, Scope(hsa_ids=(A,))) == {}


def test_many_single_units_are_asked_about_in_batches() -> None:
    """Traps 33 and 40: a shared text names hundreds of units, and everyone is asked about once."""
    hsa_ids = tuple(f"SE2321000255-{number}" for number in range(250))
    with kka(saying()) as (source, server):
        assert placed(source, Scope(hsa_ids=hsa_ids)) == {}
    asked = [question["hsaIds"][0].split(",") for question in questions(server)]
    assert [len(batch) for batch in asked] == [100, 100, 50]
    assert tuple(hsa_id for batch in asked for hsa_id in batch) == hsa_ids


def test_a_unit_that_nobody_asked_about_is_refused() -> None:
    with kka(saying(A, B)) as (source, _):
        document, refusal = source.fetch(Scope(hsa_ids=(A,)), NOBODY).records
    assert document.hsa_id == A
    assert isinstance(refusal, Refusal)
    assert (refusal.hsa_id, [finding.rule for finding in refusal.findings]) == (B, ["content_unasked"])


def test_a_unit_that_moved_keeps_its_content_when_only_its_old_region_is_imported() -> None:
    """Trap 5: its new region may fail, or be imported later."""
    directory = Directory(marked={B: "13-halland", C: "12-skane"}, held={A: "12-skane", B: "12-skane", C: "12-skane"})
    with kka(saying(A), saying(B)) as (source, server):
        assert placed(source, SKANE, directory) == {A: "12-skane", B: "13-halland"}
    assert questions(server) == [{"region": ["12"]}, {"hsaIds": [B]}]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(),
        Reply(b"<html>"),
        Reply(saying(A).body[:60]),
        Reply(b"[]"[:1]),
        Reply(status=503),
        Reply(status=503, headers={"Retry-After": "1"}),
        Reply(b"<h1>", status=500),
        Reply(status=429),
    ],
    ids=["empty", "html", "half", "bracket", "503", "retry-after", "500", "429"],
)
def test_what_is_no_answer_is_asked_for_again(waits: list[float], reply: Reply) -> None:
    """Traps 37, 42, 43 and 45."""
    with kka(reply, saying(A)) as (source, server):
        assert placed(source, SKANE) == {A: "12-skane"}
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refused_question_is_put_once(status: int) -> None:
    """Trap 46."""
    with kka(Reply(status=status)) as (source, server), pytest.raises(PermanentError, match=str(status)):
        source.fetch(SKANE, NOBODY)
    assert len(server.requests) == 1


def test_an_answer_that_outgrows_its_bound_is_a_failure_and_not_a_short_list() -> None:
    """Traps 39 and 41."""
    with kka(saying(A)) as (source, _), pytest.raises((PermanentError, TransientError), match="bytes"):
        KkaSource(source._settings, bounds=Bounds(max_bytes=100, seconds=10)).fetch(SKANE, NOBODY)
