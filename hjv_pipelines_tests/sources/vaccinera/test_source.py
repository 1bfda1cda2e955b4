"""The promise: how Vaccinera is asked, for Region Stockholm and for single units, and what its answers mean."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Refusal, Scope, Source, UnitDocument
from hjv_pipelines.sources.vaccinera.source import VaccineraSource
from hjv_pipelines_tests.sources.vaccinera.test_answer import INFLUENZA, answer, unit
from hjv_pipelines_tests.wire import Reply, Script, Server, serving

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STOCKHOLM = Scope(regions=("01-stockholm",))
A, B, OTHER = "SE2321000016-A", "SE2321000016-B", "SE2321000024-C"


@dataclass
class Directory:
    """The units that HSA marks, and where it has them."""

    marked: Mapping[str, str]

    def marked_units(self, scope: Scope) -> Mapping[str, str]:
        return {hsa_id: self.marked[hsa_id] for hsa_id in scope.hsa_ids if hsa_id in self.marked}

    def held_units(self, source: str, scope: Scope) -> Mapping[str, str]:
        raise AssertionError(f"what is held of {source} in {scope} says nothing of what there is")


PLACES = Directory({A: "01-stockholm", B: "00-distans", OTHER: "03-uppsala"})


def saying(*hsa_ids: str, **changes: object) -> Reply:
    """Return the reply that `hsa_ids` offer influenza vaccine."""
    return Reply(orjson.dumps(answer(*(unit(INFLUENZA, hsa_id=hsa_id) for hsa_id in hsa_ids), **changes)))


@contextmanager
def vaccinera(*script: Script) -> Iterator[tuple[VaccineraSource, Server]]:
    """Lend the source and the service that it asks, without a pace to speak of."""
    with serving(*script) as server:
        settings = Settings(vaccinera_url=f"{server.url}/v1", vaccinera_calls_per_second=1e9, sources="live")
        yield VaccineraSource(settings, clock=lambda: NOW), server


def questions(server: Server) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(request.path).query) for request in server.requests]


def test_it_is_a_source_of_one_region() -> None:
    source: Source = VaccineraSource(Settings())
    assert (source.name, source.by_region, source.regions) == ("vaccinera", True, ("01-stockholm",))


def test_one_question_asks_for_the_county() -> None:
    with vaccinera(saying(A, B)) as (source, server):
        snapshot = source.fetch(STOCKHOLM, PLACES)
        documents = list(snapshot.records)
    assert questions(server) == [{"county": ["01"]}]
    assert (snapshot.as_of, snapshot.coverage) == (NOW, "full")
    placed = [(document.hsa_id, document.region) for document in documents if isinstance(document, UnitDocument)]
    assert placed == [(A, "01-stockholm"), (B, "01-stockholm")]
    assert all(document.findings == () for document in documents)


def test_single_units_are_asked_about_by_name() -> None:
    with vaccinera(saying(A)) as (source, server):
        documents = list(source.fetch(Scope(hsa_ids=(A, OTHER)), PLACES).records)
    assert questions(server) == [{"hsaIds": [f"{A},{OTHER}"]}]
    assert [document.hsa_id for document in documents] == [A]


def test_many_single_units_are_asked_about_in_batches() -> None:
    """Trap 40: everyone is asked about once."""
    hsa_ids = tuple(f"SE2321000016-{number}" for number in range(150))
    with vaccinera(saying()) as (source, server):
        assert list(source.fetch(Scope(hsa_ids=hsa_ids), PLACES).records) == []
    asked = [question["hsaIds"][0].split(",") for question in questions(server)]
    assert [len(batch) for batch in asked] == [100, 50]
    assert tuple(hsa_id for batch in asked for hsa_id in batch) == hsa_ids


def test_out_of_season_every_unit_is_gone() -> None:
    with vaccinera(saying(season="closed")) as (source, _):
        snapshot = source.fetch(STOCKHOLM, PLACES)
        assert list(snapshot.records) == []
    assert snapshot.scope.is_complete


def test_an_empty_answer_in_season_fails_and_what_is_held_stays() -> None:
    """Traps 6 and 7."""
    with vaccinera(saying()) as (source, _), pytest.raises(TransientError, match="outage"):
        list(source.fetch(STOCKHOLM, PLACES).records)


def test_a_unit_of_another_county_is_kept_and_told() -> None:
    with vaccinera(saying(OTHER, "SE2321000016-NOCARD")) as (source, _):
        other, unmarked = source.fetch(STOCKHOLM, PLACES).records
    assert isinstance(other, UnitDocument)
    assert isinstance(unmarked, UnitDocument)
    assert (other.hsa_id, other.region) == (OTHER, "01-stockholm")
    assert [finding.rule for finding in (*other.findings, *unmarked.findings)] == [
        "unit_of_another_county",
        "unit_not_marked",
    ]


def test_a_unit_that_nobody_asked_about_is_refused() -> None:
    with vaccinera(saying(A, B)) as (source, _):
        document, refusal = source.fetch(Scope(hsa_ids=(A,)), PLACES).records
    assert document.hsa_id == A
    assert isinstance(refusal, Refusal)
    assert (refusal.hsa_id, [finding.rule for finding in refusal.findings]) == (B, ["vaccination_unasked"])


@pytest.mark.parametrize(
    "reply",
    [Reply(), Reply(b"<html>"), Reply(saying(A).body[:60]), Reply(status=503), Reply(b"<h1>", status=500)],
    ids=["empty", "html", "half", "503", "500"],
)
def test_what_is_no_answer_is_asked_for_again(waits: list[float], reply: Reply) -> None:
    """Traps 37, 42 and 43."""
    with vaccinera(reply, saying(A)) as (source, server):
        assert [document.hsa_id for document in source.fetch(STOCKHOLM, PLACES).records] == [A]
    assert len(server.requests) == 2


def test_a_refused_question_is_put_once() -> None:
    """Trap 46."""
    with vaccinera(Reply(status=403)) as (source, server), pytest.raises(PermanentError, match="403"):
        list(source.fetch(STOCKHOLM, PLACES).records)
    assert len(server.requests) == 1
