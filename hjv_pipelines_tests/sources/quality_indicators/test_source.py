"""The promise: each county is asked once, Skåne's source about Skåne alone, and an answer means what it leaves out."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.regions import DISTANCE, REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.quality_indicators.source import QualityIndicatorSource
from hjv_pipelines.sources.source import Refusal, Scope, Source, UnitDocument
from hjv_pipelines.sources.waiting_times import WaitingTimesSource
from hjv_pipelines.sources.waiting_times_skane import WaitingTimesSkaneSource
from hjv_pipelines_tests.sources.quality_indicators.xml import (
    PROPORTION,
    D,
    R,
    county,
    measure_id,
    measurement,
    proportion,
    response,
    unit,
)
from hjv_pipelines_tests.wire import Reply, Request, Script, Server, envelope, fault, serving

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
SKANE = Scope(regions=("12-skane",))
UNIT, OTHER = "SE2321000255-A", "SE2321000255-B"
(WITHIN_THREE_DAYS,) = WaitingTimesSource.indicators.names


@dataclass
class Directory:
    """The units that HSA marks, and those of which we hold a document."""

    marked: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)

    def marked_units(self, scope: Scope) -> Mapping[str, str]:
        return {hsa_id: key for hsa_id, key in self.marked.items() if hsa_id in scope.hsa_ids}

    def held_units(self, source: str, scope: Scope) -> Mapping[str, str]:
        assert source.startswith("waiting_times")
        return {hsa_id: key for hsa_id, key in self.held.items() if hsa_id in scope.hsa_ids}


def said(hsa_id: str = UNIT, code: str = "12", measure: str = PROPORTION) -> str:
    return measurement(measure, of=unit(hsa_id, county(code)), which=measure_id(WITHIN_THREE_DAYS))


def answering(*measurements: str) -> Reply:
    return Reply(envelope(response(*measurements)))


@contextmanager
def asking(
    *script: Script, kind: type[QualityIndicatorSource] = WaitingTimesSource
) -> Iterator[tuple[QualityIndicatorSource, Server]]:
    """Lend a source and the service that it asks, without a pace to speak of."""
    with serving(*script) as server:
        settings = Settings(
            waiting_times_url=server.url,
            waiting_times_calls_per_second=1e9,
            waiting_times_skane_url=server.url,
            waiting_times_skane_calls_per_second=1e9,
            sources="live",
        )
        yield kind(settings, clock=lambda: NOW), server


def asked(request: Request) -> tuple[list[str | None], str | None, list[str | None]]:
    """Return the indicators, the county and the units that a request names."""
    body = request.soap_body
    return (
        [found.text for found in body.iterfind(f"{{{R}}}measureId/{{{D}}}extension")],
        body.findtext(f"{{{R}}}organizationId/{{{D}}}extension"),
        [found.text for found in body.iterfind(f"{{{R}}}hsaId")],
    )


def test_they_are_sources() -> None:
    sources: list[Source] = [WaitingTimesSource(Settings()), WaitingTimesSkaneSource(Settings())]
    assert [(source.name, source.by_region) for source in sources] == [
        ("waiting_times", True),
        ("waiting_times_skane", True),
    ]


def test_every_county_is_asked_and_nobody_about_units_without_one() -> None:
    assert set(WaitingTimesSource.regions) == set(REGION_KEYS) - {DISTANCE.key}
    assert WaitingTimesSkaneSource.regions == ("12-skane",)


def test_a_county_is_asked_for_by_its_code() -> None:
    with asking(answering(said())) as (source, server):
        (document,) = source.fetch(SKANE, Directory()).records
    assert asked(server.requests[0]) == ([WITHIN_THREE_DAYS], "12", [])
    assert server.requests[0].soap_header.text == "SE165565594230-1000"
    assert isinstance(document, UnitDocument)
    assert (document.hsa_id, document.region, document.findings) == (UNIT, "12-skane", ())


def test_skane_is_asked_about_all_its_treatments_at_once() -> None:
    with asking(answering(), kind=WaitingTimesSkaneSource) as (source, server):
        assert list(source.fetch(SKANE, Directory()).records) == []
    indicators, code, _ = asked(server.requests[0])
    assert (len(indicators), code) == (len(WaitingTimesSkaneSource.indicators.names), "12")


def test_a_region_of_which_a_source_says_nothing_yields_no_call() -> None:
    with asking(answering(), kind=WaitingTimesSkaneSource) as (source, server):
        assert list(source.fetch(Scope(regions=("01-stockholm",)), Directory()).records) == []
        assert list(source.fetch(Scope(hsa_ids=("SE1-A",)), Directory({"SE1-A": "01-stockholm"})).records) == []
    assert server.requests == []


def test_units_are_asked_for_by_their_ids() -> None:
    scope = Scope(hsa_ids=(UNIT, OTHER, "SE1-UNKNOWN"))
    directory = Directory(marked={UNIT: "12-skane"}, held={OTHER: "01-stockholm"})
    with asking(answering(said(), said(OTHER, "01"))) as (source, server):
        documents = list(source.fetch(scope, directory).records)
    assert asked(server.requests[0]) == ([WITHIN_THREE_DAYS], None, [UNIT, OTHER])
    assert [(told.hsa_id, told.region) for told in documents if isinstance(told, UnitDocument)] == [
        (UNIT, "12-skane"),
        (OTHER, "01-stockholm"),
    ]


def test_what_is_said_of_a_unit_is_the_same_however_it_is_asked_for() -> None:
    """Rule 1: a refresh and an import of the region lead to the same document."""
    directory = Directory(marked={UNIT: "12-skane"})
    with asking(answering(said())) as (source, _):
        assert list(source.fetch(SKANE, directory).records) == list(
            source.fetch(Scope(hsa_ids=(UNIT,)), directory).records
        )


def test_a_unit_of_another_county_is_kept_and_told() -> None:
    with asking(answering(said(code="01"))) as (source, _):
        (document,) = source.fetch(SKANE, Directory()).records
    assert isinstance(document, UnitDocument)
    assert document.region == "12-skane"
    assert [(finding.rule, finding.value) for finding in document.findings] == [("indicator_county", "01")]


def test_a_unit_of_which_nothing_can_be_used_stays_as_it_was() -> None:
    """Trap 31: the month in which a producer sends percentages does not wipe what was there."""
    with asking(answering(said(measure=proportion("87")))) as (source, _):
        (refusal,) = source.fetch(SKANE, Directory()).records
    assert isinstance(refusal, Refusal)
    assert (refusal.hsa_id, [finding.rule for finding in refusal.findings]) == (UNIT, ["indicator_rate"])


def test_it_is_as_of_the_moment_before_the_call() -> None:
    with asking(answering()) as (source, server):
        snapshot = source.fetch(SKANE, Directory())
        assert server.requests == []
    assert (snapshot.source, snapshot.as_of, snapshot.coverage) == ("waiting_times", NOW, "full")


@pytest.mark.parametrize(
    ("reply", "failure", "calls"),
    [
        (fault("VP007 [X] no authorisation"), PermanentError, 1),
        (fault("VP009 [X] no contact"), TransientError, 4),
        (Reply(status=503), TransientError, 4),
        (Reply(b"<html/>", status=500), TransientError, 4),
        (Reply(b""), TransientError, 4),
        (Reply(envelope()), TransientError, 1),
        (Reply(status=403), PermanentError, 1),
    ],
)
def test_a_failure_is_never_an_empty_answer(
    reply: Reply, failure: type[Exception], calls: int, waits: list[float]
) -> None:
    """Traps 6, 42, 43 and 46."""
    with asking(reply) as (source, server), pytest.raises(failure):
        list(source.fetch(SKANE, Directory()).records)
    assert len(server.requests) == calls


def test_without_an_address_it_says_which_to_set() -> None:
    source = WaitingTimesSkaneSource(Settings(sources="live"))
    with pytest.raises(PermanentError, match="HJV_WAITING_TIMES_SKANE_URL"):
        list(source.fetch(SKANE, Directory()).records)
