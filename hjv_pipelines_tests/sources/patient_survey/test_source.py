"""The promise: one call gives the nation's results, and each lies where HSA has its unit."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.regions import DISTANCE
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.patient_survey.source import PatientSurveySource
from hjv_pipelines.sources.source import Refusal, Scope, Source, UnitDocument
from hjv_pipelines.transport.http import AnswerTooLargeError, Bounds
from hjv_pipelines_tests.sources.patient_survey.test_answer import answer, result
from hjv_pipelines_tests.wire import Reply, Script, Server, serving

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
A, B, C = (f"SE2321000016-{letter}" for letter in "ABC")


@dataclass
class Directory:
    """The units that HSA marks, and those that the store holds of the survey."""

    marked: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)

    def marked_units(self, scope: Scope) -> Mapping[str, str]:
        return {hsa_id: lies for hsa_id, lies in self.marked.items() if hsa_id in scope.hsa_ids}

    def held_units(self, source: str, scope: Scope) -> Mapping[str, str]:
        assert source == "patient_survey"
        return {hsa_id: lies for hsa_id, lies in self.held.items() if lies in scope.regions or hsa_id in scope.hsa_ids}


def answering(*hsa_ids: str) -> Reply:
    return Reply(json.dumps(answer(*(result(hsaId=hsa_id) for hsa_id in hsa_ids))).encode())


@contextmanager
def survey(*script: Script, max_bytes: int = 1_000_000) -> Iterator[tuple[PatientSurveySource, Server]]:
    """Lend the source and the service that it asks."""
    with serving(*script) as server:
        settings = Settings(patient_survey_url=f"{server.url}/results")
        yield PatientSurveySource(settings, clock=lambda: NOW, bounds=Bounds(max_bytes, seconds=10)), server


def placed(source: PatientSurveySource, scope: Scope, directory: Directory) -> list[tuple[str, str]]:
    records = source.fetch(scope, directory).records
    return [(each.hsa_id, each.region) for each in records if isinstance(each, UnitDocument)]


def test_it_is_a_source() -> None:
    source: Source = PatientSurveySource(Settings())
    assert (source.name, source.by_region) == ("patient_survey", False)


def test_the_nation_is_one_call() -> None:
    with survey(answering(A, B)) as (source, server):
        snapshot = source.fetch(Scope.nation(), Directory())
        assert len(list(snapshot.records)) == 2
    (request,) = server.requests
    assert (request.method, request.path, request.headers["Accept"]) == ("GET", "/results", "application/json")
    assert (snapshot.source, snapshot.as_of, snapshot.coverage) == ("patient_survey", NOW, "full")


def test_a_result_lies_where_hsa_has_its_unit_and_one_that_hsa_has_not_is_kept() -> None:
    directory = Directory({A: "12-skane", B: "01-stockholm"})
    with survey(answering(A, B, C)) as (source, _):
        assert placed(source, Scope.nation(), directory) == [
            (A, "12-skane"),
            (B, "01-stockholm"),
            (C, DISTANCE.key),
        ]


def test_a_region_gets_its_own_results_and_those_that_moved_away() -> None:
    """Trap 5."""
    directory = Directory({A: "12-skane", B: "01-stockholm", C: "13-halland"}, {C: "12-skane"})
    with survey(answering(A, B, C)) as (source, _):
        assert placed(source, Scope(regions=("12-skane",)), directory) == [(A, "12-skane"), (C, "13-halland")]


def test_single_units_are_all_that_is_told_of_a_scope_of_units() -> None:
    with survey(answering(A, B)) as (source, _):
        assert placed(source, Scope(hsa_ids=(B,)), Directory({A: "12-skane", B: "12-skane"})) == [(B, "12-skane")]


def test_a_refused_result_belongs_to_the_scope() -> None:
    reply = Reply(json.dumps(answer(result(hsaId=A, year=None), result(hsaId=B))).encode())
    with survey(reply) as (source, _):
        refusal, document = source.fetch(Scope.nation(), Directory()).records
    assert isinstance(refusal, Refusal)
    assert isinstance(document, UnitDocument)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b""),
        Reply(b"<html>Bad day</html>"),
        answering(A, B).body[:-9],
        Reply(b"Bad day", status=500),
        Reply(status=503),
    ],
)
def test_an_outage_is_a_failure_that_may_pass(reply: Reply | bytes, waits: list[float]) -> None:
    """Traps 6, 7 and 42: never the results of nobody."""
    script = Reply(reply) if isinstance(reply, bytes) else reply
    with survey(script) as (source, server), pytest.raises(TransientError):
        source.fetch(Scope.nation(), Directory())
    assert len(server.requests) == 4


def test_the_wait_that_it_asks_for_is_waited(waits: list[float]) -> None:
    """Trap 45."""
    with survey(Reply(status=503, headers={"Retry-After": "7"}), answering(A)) as (source, _):
        assert len(list(source.fetch(Scope.nation(), Directory()).records)) == 1
    assert waits == [7]


def test_what_we_may_not_read_is_asked_for_once() -> None:
    """Trap 46."""
    with survey(Reply(status=403)) as (source, server), pytest.raises(PermanentError, match="403"):
        source.fetch(Scope.nation(), Directory())
    assert len(server.requests) == 1


def test_an_answer_out_of_all_bounds_is_refused() -> None:
    """Trap 41."""
    with survey(answering(A, B), max_bytes=100) as (source, _), pytest.raises(AnswerTooLargeError):
        source.fetch(Scope.nation(), Directory())


def test_without_an_address_it_says_what_to_set() -> None:
    with pytest.raises(PermanentError, match="HJV_PATIENT_SURVEY_URL"):
        PatientSurveySource(Settings(sources="live")).fetch(Scope.nation(), Directory())
