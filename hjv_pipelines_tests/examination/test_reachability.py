"""`hjv doctor` asks every service of every source, and says what to do about each kind of failure."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
import trustme
from lxml import etree
from rich.console import Console

from hjv_pipelines.examination.examined import Examined, print_examination
from hjv_pipelines.examination.reachability import examine_sources
from hjv_pipelines.sandbox.faults import Fault, Faults, Kind, Service
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.transport.ping import RESPONDER
from hjv_pipelines_tests.nation import settings_asking
from hjv_pipelines_tests.sandbox.tiny import NOON, at, tiny_archive
from hjv_pipelines_tests.wire import Reply, envelope, serving

NO_TIME = "<r:pingDateTime>2026-11-23</r:pingDateTime></r:PingForConfigurationResponse>"
SOAP = {setting.removesuffix("_url") for one in REGISTRATIONS.values() for setting in one.contracts}


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Settings]:
    """Give settings whose sources ask a sandbox; faults are set in its folder."""
    with running(create_app(tiny_archive(tmp_path), tmp_path, now=at(NOON))) as address:
        yield settings_asking(address, tmp_path)


@contextmanager
def deaf_port() -> Iterator[int]:
    """Give a port that is taken, by nobody who listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def examined(settings: Settings) -> dict[str, Examined]:
    return {finding.subject: finding for finding in examine_sources(settings)}


def test_every_service_answers_and_the_soap_ones_tell_version_and_time(asking: Settings) -> None:
    found = examined(asking)
    assert {setting.removesuffix("_url") for one in REGISTRATIONS.values() for setting in one.addresses} == set(found)
    assert {name: finding.seen for name, finding in found.items() if not finding.well} == {}
    assert {"hsa_unit", "eservices", "listing", "offerings", "waiting_times", "waiting_times_skane"} <= SOAP
    for name in SOAP:
        assert "version 1.0, 2025-11-24 12:00:00 by its clock" in found[name].seen, name


@pytest.mark.parametrize("contract", ["GetUnit", "GetHsaUnit"])
def test_a_service_is_asked_for_the_contract_that_is_chosen(asking: Settings, contract: str) -> None:
    chosen = asking.model_copy(update={"hsa_unit_contract": contract})
    assert f"{contract} answers" in examined(chosen)["hsa_unit"].seen


@pytest.mark.parametrize(
    ("service", "kind", "code", "seen", "remedy"),
    [
        ("listing", "fault", "VP002", "VP002", "HJV_CLIENT_CERTIFICATE"),
        ("listing", "fault", "VP004", "no route", "HJV_LISTING_LOGICAL_ADDRESS"),
        ("hsa_unit", "fault", "VP007", "not authorised", "SE2321000016-HJV3"),
        ("eservices", "fault", "VP009", "VP009", "Try again in a while"),
        ("offerings", "fault", "VP006", "VP006", "platform's owner"),
        ("eservices", "forbidden", "VP009", "403", ""),
        ("eservices", "500", "VP009", "500", "HJV_ESERVICES_URL"),
        ("waiting_times", "reset", "VP009", "connection failed", "HJV_WAITING_TIMES_URL"),
        ("waiting_times", "hang", "VP009", "no answer in time", "HJV_WAITING_TIMES_URL"),
        ("waiting_times", "empty", "VP009", "no bytes", "HJV_WAITING_TIMES_URL"),
        ("vaccinera", "forbidden", "VP009", "403", ""),
        ("patient_survey", "500", "VP009", "500", "HJV_PATIENT_SURVEY_URL"),
        ("hsa_file", "fault", "VP009", "503", "HJV_HSA_FILE_URL"),
    ],
)
def test_each_kind_of_failure_says_what_to_do_and_costs_no_other_check(
    asking: Settings, tmp_path: Path, service: Service, kind: Kind, code: str, seen: str, remedy: str
) -> None:
    """Traps 42 to 44."""
    Faults(tmp_path).set(service, Fault(kind, code))
    found = examined(asking)
    assert [name for name, finding in found.items() if not finding.well] == [service]
    assert seen in found[service].seen
    assert remedy in found[service].remedy
    assert remedy or "ask its owner" in found[service].seen


@pytest.mark.parametrize(("service", "header"), [("listing", "To"), ("eservices", "LogicalAddress")])
def test_a_service_is_asked_in_its_contracts_profile_for_its_logical_address(
    asking: Settings, service: str, header: str
) -> None:
    """BP 2.0 has the receiver in wsa:To, BP 2.1 in LogicalAddress."""
    changed = {f"{service}_logical_address": "SE2321000016-MINE"}
    with serving(Reply(envelope())) as server:
        examined(asking.model_copy(update={f"{service}_url": server.url, **changed}))
        (request,) = server.requests
    assert etree.QName(request.soap_header).localname == header
    assert request.soap_header.text == "SE2321000016-MINE"
    assert request.soap_body.findtext(f"{{{RESPONDER}}}logicalAddress") == "SE2321000016-MINE"


def test_where_nobody_listens_it_says_whom_to_ask(asking: Settings) -> None:
    with deaf_port() as port:
        found = examined(asking.model_copy(update={"listing_url": f"http://127.0.0.1:{port}/listing"}))["listing"]
    assert not found.well
    assert "HJV_LISTING_URL" in found.remedy


def test_without_the_sandbox_it_says_how_to_start_it() -> None:
    with deaf_port() as port:
        found = examined(Settings(sandbox_port=port))
    assert all("hjv sandbox serve" in found[name].remedy for name in SOAP)


def test_a_certificate_that_we_do_not_trust_is_told_as_that(asking: Settings) -> None:
    """Trap 44."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serving(Reply(b""), context=context) as server:
        stranger = asking.model_copy(update={"listing_url": server.url, "vaccinera_url": server.url})
        found = examined(stranger)
    for name in ("listing", "vaccinera"):
        assert not found[name].well
        assert "HJV_CA_CERTIFICATES" in found[name].seen


def test_a_certificate_of_ours_that_cannot_be_read_is_told_for_every_service(asking: Settings, tmp_path: Path) -> None:
    (tmp_path / "ours.pem").write_text("nonsense")
    found = examined(asking.model_copy(update={"client_certificate": tmp_path / "ours.pem"}))
    assert not any(finding.well for finding in found.values())
    assert all("ours.pem" in finding.seen for finding in found.values())


@pytest.mark.parametrize(
    "body",
    [
        "",
        '<x:Other xmlns:x="urn:x"/>',
        f'<r:PingForConfigurationResponse xmlns:r="{RESPONDER}"><r:version>1</r:version>{NO_TIME}',
    ],
)
def test_an_answer_that_is_none_by_the_contract_is_no_answer(asking: Settings, body: str) -> None:
    """Trap 43: an empty Body among them."""
    with serving(Reply(envelope(body))) as server:
        found = examined(asking.model_copy(update={"listing_url": server.url}))["listing"]
    assert not found.well
    assert "PingForConfiguration" in found.seen


def test_a_source_without_an_address_is_off_and_says_what_to_set() -> None:
    found = examined(Settings(sources="live", vaccinera_url="http://127.0.0.1:1/"))
    assert found["listing"] == Examined("listing", well=False, seen="off", remedy="Set HJV_LISTING_URL.")
    assert "HJV_VACCINERA_URL" in found["vaccinera"].remedy


def test_a_finding_is_one_line_however_long() -> None:
    page = StringIO()
    long = Examined("listing", well=False, seen="[bold]no[/bold] " * 40, remedy="Correct it.")
    print_examination(Console(file=page, width=80), [Examined("disk", well=True, seen="9 GiB free"), long])
    first, second = page.getvalue().splitlines()
    assert first == "✓ disk: 9 GiB free"
    assert second.startswith("✗ listing: [bold]no[/bold]")
    assert second.endswith("→ Correct it.")
