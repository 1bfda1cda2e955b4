"""The promise: how Region Stockholm's offers are asked for, and what an answer says of those it does not name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from hjv_pipelines.failures import TransientError
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.offerings.source import OfferingsSource
from hjv_pipelines.sources.source import Refusal, Scope, Source, UnitDocument
from hjv_pipelines.transport.http import AnswerTooLargeError, Bounds
from hjv_pipelines_tests.sources.offerings.said import (
    C1,
    R1,
    C,
    R,
    as_forerunner,
    care_service,
    identity,
    performer,
    response,
)
from hjv_pipelines_tests.wire import Reply, Request, Script, Server, envelope, serving

NOW = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
STOCKHOLM = Scope(regions=("01-stockholm",))
A, B, OTHER = "SE2321000016-A", "SE2321000016-B", "SE2321000024-C"


@dataclass
class Directory:
    """The units that HSA marks, and where it has them; those that the store holds."""

    marked: Mapping[str, str]
    held: tuple[str, ...] = ()

    def marked_units(self, scope: Scope) -> Mapping[str, str]:
        return {
            hsa_id: region
            for hsa_id, region in self.marked.items()
            if hsa_id in scope.hsa_ids or region in scope.regions
        }

    def held_units(self, source: str, scope: Scope) -> Mapping[str, str]:
        assert (source, scope) == ("offerings", STOCKHOLM)
        return dict.fromkeys(self.held, "01-stockholm")


IN_STOCKHOLM = Directory({A: "01-stockholm", B: "01-stockholm"})


def of(hsa_id: str) -> str:
    """Return a care service of the unit."""
    return care_service(service_id=identity("careServiceId", hsa_id), by=performer(identity("id", hsa_id)))


def answering(*services: str) -> Reply:
    return Reply(envelope(response(*services)))


def asked_units(request: Request, responder: str = R, domain: str = C) -> list[str]:
    """Return the HSA-ids that a request names."""
    ids = request.soap_body.iterfind(f"{{{responder}}}performingOrganizationId")
    return [each.findtext(f"{{{domain}}}extension") or "" for each in ids]


def asked_counties(request: Request, responder: str = R, domain: str = C) -> list[str | None]:
    """Return the county codes that a request names."""
    path = f"{{{responder}}}location/{{{domain}}}county/{{{domain}}}code"
    return [each.text for each in request.soap_body.iterfind(path)]


def everybody(request: Request) -> Reply:
    """Answer that every unit that is asked about offers something."""
    return answering(*map(of, asked_units(request) or [A, B]))


@contextmanager
def utbud(
    *script: Script, batch: int = 100, max_bytes: int = 1_000_000, **more: str
) -> Iterator[tuple[OfferingsSource, Server]]:
    """Lend the source and the service that it asks, without a pace to speak of."""
    with serving(*script) as server:
        settings = Settings.model_validate(
            {
                "offerings_url": server.url,
                "offerings_batch": batch,
                "offerings_calls_per_second": 1e9,
                "offerings_logical_address": "SE-CATALOGUE",
                "sources": "live",
                **more,
            }
        )
        yield OfferingsSource(settings, clock=lambda: NOW, bounds=Bounds(max_bytes, seconds=10)), server


def test_it_is_a_source_of_one_region() -> None:
    source: Source = OfferingsSource(Settings())
    assert (source.name, source.by_region, source.regions) == ("offerings", True, ("01-stockholm",))


def test_one_question_asks_for_the_county_and_all_places() -> None:
    with utbud(everybody) as (source, server):
        snapshot = source.fetch(STOCKHOLM, IN_STOCKHOLM)
        documents = list(snapshot.records)
    (request,) = server.requests
    assert request.soap_header.text == "SE-CATALOGUE"
    assert asked_counties(request) == ["01"]
    assert request.soap_body.findtext(f"{{{R}}}typeOfPlace/{{{C}}}typeOfPlaceEnum") == "ALL"
    assert asked_units(request) == []
    assert (snapshot.as_of, snapshot.coverage) == (NOW, "full")
    assert [document.hsa_id for document in documents] == [A, B]


def test_the_setting_chooses_the_forerunner() -> None:
    with utbud(Reply(envelope(as_forerunner(response(of(A))))), offerings_contract="GetHealthcareOfferings") as (
        source,
        server,
    ):
        documents = list(source.fetch(STOCKHOLM, IN_STOCKHOLM).records)
    (request,) = server.requests
    assert [document.hsa_id for document in documents] == [A]
    assert asked_counties(request, R1, C1) == ["01"]
    assert request.headers["SOAPAction"] == f'"{R1}:GetHealthcareOfferings"'


def test_a_unit_of_another_county_is_kept_and_told() -> None:
    directory = Directory({A: "01-stockholm", OTHER: "03-uppsala"})
    with utbud(answering(of(A), of(OTHER))) as (source, _):
        ours, other = source.fetch(STOCKHOLM, directory).records
    assert isinstance(ours, UnitDocument)
    assert isinstance(other, UnitDocument)
    assert ours.findings == ()
    assert (other.hsa_id, other.region) == (OTHER, "01-stockholm")
    assert [(finding.rule, finding.value) for finding in other.findings] == [("unit_of_another_county", OTHER)]
    assert "Uppsala" in other.findings[0].mend


def test_a_unit_that_is_not_marked_is_kept_for_the_card_that_it_may_get() -> None:
    with utbud(answering(of(A))) as (source, _):
        (document,) = source.fetch(STOCKHOLM, Directory({})).records
    assert isinstance(document, UnitDocument)
    assert [finding.rule for finding in document.findings] == ["unit_not_marked"]


def test_a_county_that_offers_nothing_at_all_is_an_outage() -> None:
    """Traps 6 and 7."""
    with utbud(answering()) as (source, _), pytest.raises(TransientError, match="outage"):
        list(source.fetch(STOCKHOLM, IN_STOCKHOLM).records)


def test_a_unit_that_offers_nothing_is_gone() -> None:
    with utbud(answering(of(A), care_service(status="<c:careServiceStatus>INACTIVE</c:careServiceStatus>"))) as (
        source,
        _,
    ):
        snapshot = source.fetch(STOCKHOLM, IN_STOCKHOLM)
        assert [document.hsa_id for document in snapshot.records] == [A]
    assert snapshot.scope.is_complete


def test_single_units_are_asked_about_by_name_in_batches() -> None:
    scope = Scope(hsa_ids=(A, B, OTHER))
    with utbud(everybody, batch=2) as (source, server):
        documents = list(source.fetch(scope, IN_STOCKHOLM).records)
    assert [asked_units(request) for request in server.requests] == [[A, B], [OTHER]]
    assert [asked_counties(request) for request in server.requests] == [[], []]
    assert [document.hsa_id for document in documents] == [A, B, OTHER]


def test_a_single_unit_may_offer_nothing() -> None:
    with utbud(answering()) as (source, _):
        assert list(source.fetch(Scope(hsa_ids=(A,)), IN_STOCKHOLM).records) == []


def test_a_unit_that_nobody_asked_about_is_refused() -> None:
    with utbud(answering(of(A), of(B))) as (source, _):
        document, refusal = source.fetch(Scope(hsa_ids=(A,)), IN_STOCKHOLM).records
    assert document.hsa_id == A
    assert isinstance(refusal, Refusal)
    assert (refusal.hsa_id, [finding.rule for finding in refusal.findings]) == (B, ["offering_unasked"])


def test_an_answer_that_outgrows_its_bound_is_asked_for_unit_by_unit() -> None:
    """Trap 41: growth is no failure; the units are those that HSA marks and those that are held."""
    directory = Directory({A: "01-stockholm"}, held=(B, OTHER))
    with utbud(everybody, max_bytes=len(answering(of(A)).body) + 200) as (source, server):
        documents = list(source.fetch(STOCKHOLM, directory).records)
    assert [document.hsa_id for document in documents] == [A, B, OTHER]
    assert [asked_units(request) for request in server.requests] == [[], [A, B, OTHER], [A], [B, OTHER], [B], [OTHER]]


def test_one_unit_with_too_large_an_answer_is_a_failure() -> None:
    with utbud(everybody, max_bytes=100) as (source, _), pytest.raises(AnswerTooLargeError):
        list(source.fetch(STOCKHOLM, IN_STOCKHOLM).records)


def test_a_call_that_fails_fails_the_whole_snapshot(waits: list[float]) -> None:
    """Trap 6: what is held stays."""
    with utbud(Reply(status=503)) as (source, server), pytest.raises(TransientError):
        list(source.fetch(STOCKHOLM, IN_STOCKHOLM).records)
    assert len(server.requests) == 4
