"""The promise: who is asked, how often, and what an answer says of the units that it does not name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.regions import DISTANCE, REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.listing.source import ListingSource
from hjv_pipelines.sources.source import Refusal, Scope, Source, UnitDocument
from hjv_pipelines.transport.http import Bounds
from hjv_pipelines_tests.sources.listing.test_answer import R, facility, queue, response
from hjv_pipelines_tests.wire import Reply, Request, Script, Server, envelope, fault, serving

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
SKANE = Scope(regions=("12-skane",))
A, B, C = "SE2321000255-A", "SE2321000255-B", "SE2321000255-C"
BUSY = fault(
    "Tekniskt fel",
    detail=f'<r:TechnicalException xmlns:r="{R}"><c:code xmlns:c="urn:x">1</c:code></r:TechnicalException>',
)


@dataclass
class Directory:
    """The units that HSA marks, and those that the store holds of the listing service."""

    marked: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)

    def marked_units(self, scope: Scope) -> Mapping[str, str]:
        assert scope.hsa_ids
        return {hsa_id: lies for hsa_id, lies in self.marked.items() if hsa_id in scope.hsa_ids}

    def held_units(self, source: str, scope: Scope) -> Mapping[str, str]:
        assert source == "listing"
        return {hsa_id: lies for hsa_id, lies in self.held.items() if hsa_id in scope.hsa_ids}


def answering(*facilities: str) -> Reply:
    return Reply(envelope(response(*facilities)))


def asked(request: Request) -> dict[str, list[str]]:
    """Return what a request asks for, by element."""
    named: dict[str, list[str]] = {}
    for child in request.soap_body:
        named.setdefault(child.tag.removeprefix(f"{{{R}}}"), []).append(child.text or "")
    return named


@contextmanager
def listing(*script: Script) -> Iterator[tuple[ListingSource, Server]]:
    """Lend the source and the service that it asks, without a pace to speak of."""
    with serving(*script) as server:
        settings = Settings(
            listing_url=server.url, listing_logical_address="SE0000000000-L", listing_calls_per_second=1e9
        )
        yield ListingSource(settings, clock=lambda: NOW, bounds=Bounds(1_000_000, seconds=10)), server


def test_it_is_a_source_of_every_county() -> None:
    source: Source = ListingSource(Settings())
    assert (source.name, source.by_region) == ("listing", True)
    assert set(source.regions) == set(REGION_KEYS) - {DISTANCE.key}


def test_a_county_is_one_call_in_the_contracts_own_words() -> None:
    """Trap 24: county codes keep their zero; BP 2.0 has the receiver in `wsa:To`."""
    with listing(answering(facility(A))) as (source, server):
        list(source.fetch(Scope(regions=("09-gotland",)), Directory()).records)
    (request,) = server.requests
    assert request.soap_body.tag == f"{{{R}}}getAvailableFacilities"
    assert asked(request) == {"countyCode": ["09"]}
    assert request.headers["SOAPAction"] == f'"{R}:getAvailableFacilities"'
    assert request.soap_header.tag == "{http://www.w3.org/2005/08/addressing}To"
    assert request.soap_header.text == "SE0000000000-L"


def test_the_units_of_the_answer_lie_in_the_county_that_was_asked() -> None:
    with listing(answering(facility(A, queue("true"), "BVC"), facility(B))) as (source, _):
        snapshot = source.fetch(SKANE, Directory({A: "12-skane"}))
        documents = list(snapshot.records)
    assert (snapshot.source, snapshot.scope, snapshot.as_of, snapshot.coverage) == ("listing", SKANE, NOW, "full")
    assert [(each.hsa_id, each.region) for each in documents if isinstance(each, UnitDocument)] == [
        (A, "12-skane"),
        (B, "12-skane"),
    ]


def test_a_unit_that_hsa_has_elsewhere_or_not_at_all_is_kept_and_told() -> None:
    """It may get a card. One without a county lies in every county as much as in another."""
    directory = Directory({A: "13-halland", B: DISTANCE.key})
    with listing(answering(facility(A), facility(B), facility(C))) as (source, _):
        records = list(source.fetch(SKANE, directory).records)
    assert [each.region for each in records if isinstance(each, UnitDocument)] == ["12-skane"] * 3
    assert [(each.hsa_id, [found.rule for found in each.findings]) for each in records] == [
        (A, ["unit_of_another_county"]),
        (B, []),
        (C, ["unit_not_marked"]),
    ]


def test_a_county_without_units_is_a_complete_snapshot() -> None:
    with listing(answering()) as (source, _):
        snapshot = source.fetch(SKANE, Directory())
    assert snapshot.scope.is_complete
    assert list(snapshot.records) == []


def test_units_without_a_county_are_asked_about_nowhere() -> None:
    with listing(answering()) as (source, server):
        assert list(source.fetch(Scope(regions=(DISTANCE.key,)), Directory()).records) == []
    assert server.requests == []


def test_a_unit_is_asked_about_in_its_county_where_we_hold_it_or_else_where_hsa_has_it() -> None:
    directory = Directory({A: "12-skane", B: "12-skane", C: DISTANCE.key}, {B: "13-halland"})
    with listing(answering(facility(A), facility(B))) as (source, server):
        records = source.fetch(Scope(hsa_ids=(A, B, C)), directory).records
        placed = [(each.hsa_id, each.region) for each in records if isinstance(each, UnitDocument)]
    assert [asked(request) for request in server.requests] == [
        {"countyCode": ["12"], "healthcare_facilities": [A]},
        {"countyCode": ["13"], "healthcare_facilities": [B]},
    ]
    assert placed == [(A, "12-skane"), (B, "13-halland")]


def test_a_record_without_a_usable_id_is_refused_and_costs_no_other() -> None:
    with listing(answering(facility("Eken"), facility(A))) as (source, _):
        refusal, document = source.fetch(SKANE, Directory()).records
    assert isinstance(refusal, Refusal)
    assert isinstance(document, UnitDocument)


def test_a_technical_exception_is_worth_another_try(waits: list[float]) -> None:
    with listing(BUSY, answering(facility(A))) as (source, server):
        assert [each.hsa_id for each in source.fetch(SKANE, Directory()).records] == [A]
    assert len(server.requests) == 2


def test_a_technical_exception_that_stays_is_a_failure_that_may_pass(waits: list[float]) -> None:
    """Trap 6: never an empty county."""
    with listing(BUSY) as (source, server), pytest.raises(TransientError, match="Tekniskt fel"):
        source.fetch(SKANE, Directory())
    assert len(server.requests) == 4


def test_a_county_that_we_may_not_ask_is_asked_once() -> None:
    """Traps 42 and 46."""
    with listing(fault("VP007 [TEST]")) as (source, server), pytest.raises(PermanentError, match="VP007"):
        source.fetch(SKANE, Directory())
    assert len(server.requests) == 1


def test_without_an_address_it_says_what_to_set() -> None:
    with pytest.raises(PermanentError, match="HJV_LISTING_URL"):
        ListingSource(Settings(sources="live")).fetch(SKANE, Directory())
