"""The promise: who is asked, how often, and what an answer says of the units that it does not name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from hjv_pipelines.failures import TransientError
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.eservices.source import EServicesSource
from hjv_pipelines.sources.source import Refusal, Scope, Source, UnitDocument
from hjv_pipelines.transport.http import AnswerTooLargeError, Bounds
from hjv_pipelines_tests.sources.eservices.test_answer import R, eservice, response, unit
from hjv_pipelines_tests.wire import Reply, Request, Script, Server, envelope, serving

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
STOCKHOLM = Scope(regions=("01-stockholm",))


@dataclass
class Directory:
    """The units that HSA marks. It remembers for which scopes it was asked."""

    units: Mapping[str, str]
    asked: list[Scope] = field(default_factory=list)

    def marked_units(self, scope: Scope) -> Mapping[str, str]:
        self.asked.append(scope)
        return self.units

    def held_units(self, source: str, scope: Scope) -> Mapping[str, str]:
        return {}


def answering(*units: str) -> Reply:
    """Return the reply that names `units`."""
    return Reply(envelope(response(*units)))


def asked_units(request: Request) -> list[str]:
    """Return the HSA-ids that a request names."""
    return [facility.text or "" for facility in request.soap_body.iterfind(f"{{{R}}}healthcare_facility")]


def everybody(request: Request) -> Reply:
    """Answer that every unit that is asked about has one e-service."""
    return answering(*(unit(eservice(), hsa_id=hsa_id) for hsa_id in asked_units(request)))


@contextmanager
def eservices(
    *script: Script, batch: int = 1000, max_bytes: int = 1_000_000
) -> Iterator[tuple[EServicesSource, Server]]:
    """Lend the source and the service that it asks, without a pace to speak of."""
    with serving(*script) as server:
        settings = Settings(
            eservices_url=server.url, eservices_batch=batch, eservices_calls_per_second=1e9, sources="live"
        )
        yield EServicesSource(settings, clock=lambda: NOW, bounds=Bounds(max_bytes, seconds=10)), server


def stockholm(*numbers: int) -> Directory:
    return Directory({f"SE{number}": "01-stockholm" for number in numbers})


def test_it_is_a_source() -> None:
    source: Source = EServicesSource(Settings())
    assert (source.name, source.by_region) == ("eservices", True)


def test_every_marked_unit_is_asked_about_and_lies_where_hsa_has_it() -> None:
    directory = Directory({"SE2": "01-stockholm", "SE1": "00-distans"})
    with eservices(everybody) as (source, server):
        snapshot = source.fetch(STOCKHOLM, directory)
        documents = list(snapshot.records)
    assert directory.asked == [STOCKHOLM]
    assert [asked_units(request) for request in server.requests] == [["SE1", "SE2"]]
    assert [(document.hsa_id, document.region) for document in documents if isinstance(document, UnitDocument)] == [
        ("SE1", "00-distans"),
        ("SE2", "01-stockholm"),
    ]


def test_it_is_as_of_the_moment_before_the_first_call() -> None:
    with eservices(everybody) as (source, server):
        snapshot = source.fetch(STOCKHOLM, stockholm(1))
        assert server.requests == []
    assert (snapshot.source, snapshot.scope, snapshot.as_of, snapshot.coverage) == (
        "eservices",
        STOCKHOLM,
        NOW,
        "full",
    )


def test_units_are_asked_about_in_batches() -> None:
    """Trap 40: everyone is asked about once, whatever the batch."""
    with eservices(everybody, batch=2) as (source, server):
        documents = list(source.fetch(STOCKHOLM, stockholm(1, 2, 3, 4, 5)).records)
    assert [len(asked_units(request)) for request in server.requests] == [2, 2, 1]
    assert [document.hsa_id for document in documents] == ["SE1", "SE2", "SE3", "SE4", "SE5"]


def test_without_marked_units_nobody_is_asked() -> None:
    """The contract demands at least one id. The empty snapshot is complete all the same."""
    with eservices(everybody) as (source, server):
        snapshot = source.fetch(STOCKHOLM, stockholm())
        assert list(snapshot.records) == []
    assert server.requests == []
    assert snapshot.scope.is_complete


def test_a_unit_that_has_none_or_is_left_out_is_not_named() -> None:
    with eservices(answering(unit(hsa_id="SE1"), unit(eservice(), hsa_id="SE3"))) as (source, _):
        documents = list(source.fetch(STOCKHOLM, stockholm(1, 2, 3)).records)
    assert [document.hsa_id for document in documents] == ["SE3"]


def test_a_unit_that_nobody_asked_about_is_refused() -> None:
    strange = unit(eservice(), hsa_id="SE2321000016-9")
    with eservices(answering(unit(eservice(), hsa_id="se1"), strange)) as (source, _):
        document, refusal = source.fetch(STOCKHOLM, stockholm(1)).records
    assert document.hsa_id == "SE1"
    assert isinstance(refusal, Refusal)
    assert (refusal.hsa_id, refusal.where) == ("SE2321000016-9", "availableEServices 2")
    assert [finding.rule for finding in refusal.findings] == ["eservice_unasked"]


def test_an_answer_that_outgrows_its_bound_is_asked_for_in_halves() -> None:
    """Trap 41: growth is no failure."""
    with eservices(everybody, max_bytes=1500) as (source, server):
        documents = list(source.fetch(STOCKHOLM, stockholm(1, 2, 3, 4, 5)).records)
    assert [document.hsa_id for document in documents] == ["SE1", "SE2", "SE3", "SE4", "SE5"]
    assert len(server.requests) > 1


def test_one_unit_with_too_large_an_answer_is_a_failure() -> None:
    with eservices(everybody, max_bytes=100) as (source, _), pytest.raises(AnswerTooLargeError):
        list(source.fetch(STOCKHOLM, stockholm(1, 2)).records)


def test_a_call_that_fails_fails_the_whole_snapshot(waits: list[float]) -> None:
    """Trap 6: what was read before it does not count."""
    with eservices(everybody, Reply(status=503), batch=1) as (source, server):
        records = source.fetch(STOCKHOLM, stockholm(1, 2)).records
        assert next(records).hsa_id == "SE1"
        with pytest.raises(TransientError):
            next(records)
    assert len(server.requests) == 5


def test_a_broken_value_costs_neither_the_e_service_nor_the_unit() -> None:
    broken = eservice("<c:commonName>A</c:commonName><c:resourceId>1</c:resourceId><c:url>nowhere</c:url>")
    with eservices(answering(unit(broken, eservice("<c:commonName>B</c:commonName>"), hsa_id="SE1"))) as (
        source,
        _,
    ):
        (document,) = source.fetch(STOCKHOLM, stockholm(1)).records
    assert isinstance(document, UnitDocument)
    assert [service.name for service in document.record.services] == ["A"]
    assert [finding.rule for finding in document.findings] == ["eservice_url", "eservice_incomplete"]
