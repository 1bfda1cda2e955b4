"""Promises of faults on demand: each is seen by a client on a real connection, lasts as told, and ends."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from lxml import etree

from hjv_pipelines.failures import HjvError
from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.directory import Portion
from hjv_pipelines.sandbox.faults import FAULTS, SERVICES, Fault, Faults, Service
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines.settings import SANDBOX_PATHS
from hjv_pipelines_tests.sandbox.tiny import (
    FULL,
    NOON,
    UNITS,
    at,
    body_of,
    get_available_eservices,
    get_available_facilities,
    get_quality_indicators,
    get_unit,
    question,
)

FILE, UNIT, ESERVICES = (SANDBOX_PATHS[f"{service}_url"] for service in ("hsa_file", "hsa_unit", "eservices"))
HSA = "{urn:riv:hsa:HsaWsResponder:3}"

OFFERINGS = "urn:riv:supportprocess:serviceprovisioning:healthcareoffering:GetCareServiceOfferingsResponder:3"

QUESTIONS: dict[Service, bytes] = {
    "hsa_unit": get_unit(FULL),
    "eservices": get_available_eservices(FULL),
    "listing": get_available_facilities("01"),
    "waiting_times": get_quality_indicators("1", county="01"),
    "waiting_times_skane": get_quality_indicators("1", county="12"),
    "offerings": question(f'<GetCareServiceOfferings xmlns="{OFFERINGS}"><typeOfPlace/></GetCareServiceOfferings>'),
}

Break = Callable[[Service, Fault], None]


def call(client: httpx.Client, service: Service) -> httpx.Response:
    """Ask `service` in the right way: by its contract, or for what is there."""
    address = SANDBOX_PATHS[f"{service}_url"]
    return client.post(address, content=QUESTIONS[service]) if service in QUESTIONS else client.get(address)


def forbidden(client: httpx.Client) -> set[Service]:
    """Return the services that are forbidden; all others answer."""
    statuses = {service: call(client, service).status_code for service in SERVICES}
    assert set(statuses.values()) <= {200, 403}
    return {service for service, status in statuses.items() if status == 403}


def file_of(answer: httpx.Response) -> etree._Element:
    """Return the root of the file in `answer`."""
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        return etree.fromstring(archive.read("hsaunits.xml"))


def identities(answer: httpx.Response) -> list[str]:
    """Return the HSA-ids of the file in `answer`."""
    return [found.text or "" for found in file_of(answer).iter(f"{HSA}hsaIdentity")]


def test_a_truncated_file_looks_whole_on_the_wire_and_is_no_zip(client: httpx.Client, broken: Break) -> None:
    """Trap 37."""
    broken("hsa_file", Fault("truncated"))
    answer = call(client, "hsa_file")
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["content-length"])
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(BytesIO(answer.content))


def test_a_truncated_soap_answer_is_no_xml(client: httpx.Client, broken: Break) -> None:
    broken("hsa_unit", Fault("truncated"))
    with pytest.raises(etree.XMLSyntaxError):
        body_of(call(client, "hsa_unit"))


@pytest.mark.parametrize("service", SERVICES)
def test_an_empty_answer_is_200_and_not_one_byte(client: httpx.Client, broken: Break, service: Service) -> None:
    """Traps 7 and 43."""
    broken(service, Fault("empty"))
    answer = call(client, service)
    assert (answer.status_code, answer.content) == (200, b"")


def test_half_a_file_is_well_formed_and_holds_the_half_that_other_services_know(
    client: httpx.Client, broken: Break
) -> None:
    """Trap 6: nothing but the number of units tells the outage."""
    known = [unit.hsa_id for unit in UNITS if Portion.HALF.holds(unit.hsa_id)]
    assert 0 < len(known) < len(UNITS)
    broken("hsa_file", Fault("half", remaining=1))
    assert identities(call(client, "hsa_file")) == known
    assert len(identities(call(client, "hsa_file"))) == len(UNITS)


def test_an_answer_with_nothing_is_well_formed(client: httpx.Client, broken: Break) -> None:
    """Trap 7: an answer that is empty but HTTP 200."""
    for service in SERVICES:
        broken(service, Fault("nothing"))
    assert identities(call(client, "hsa_file")) == []
    for service in ("hsa_unit", "eservices"):
        (response,) = body_of(call(client, service))
        assert len(response) == 0


def test_a_late_file_is_yesterdays_again(client: httpx.Client, broken: Break) -> None:
    """Trap 2."""
    broken("hsa_file", Fault("late"))
    begun = file_of(call(client, "hsa_file")).findtext(f"{HSA}startDate")
    assert begun == "2025-11-23T10:00:00.000+01:00"


def test_a_slow_answer_drips(client: httpx.Client, broken: Break) -> None:
    """Trap 42: every single read is quick, the whole is not; a deadline over all of it is the guard."""
    broken("hsa_unit", Fault("slow"))
    with client.stream("POST", UNIT, content=get_unit(FULL)) as answer:
        first = next(answer.iter_raw())
        assert 0 < len(first) < int(answer.headers["content-length"])


@pytest.mark.parametrize("service", SERVICES)
def test_a_500_is_a_page_of_html(client: httpx.Client, broken: Break, service: Service) -> None:
    broken(service, Fault("500"))
    answer = call(client, service)
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(("code", "faultcode"), [("VP007", "Server"), ("VP009", "Server"), ("VP004", "Client")])
def test_a_soap_fault_carries_the_platforms_code(
    client: httpx.Client, broken: Break, code: str, faultcode: str
) -> None:
    broken("eservices", Fault("fault", code))
    answer = call(client, "eservices")
    assert answer.status_code == 500
    assert body_of(answer).findtext(".//faultstring", "").startswith(f"{code} ")
    assert body_of(answer).findtext(".//faultcode", "").endswith(faultcode)


def test_a_file_service_that_fails_says_when_to_come_back(client: httpx.Client, broken: Break) -> None:
    """Trap 45."""
    broken("hsa_file", Fault("fault"))
    answer = call(client, "hsa_file")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("service", SERVICES)
def test_a_call_that_hangs_is_never_answered(client: httpx.Client, broken: Break, service: Service) -> None:
    broken(service, Fault("hang"))
    client.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        call(client, service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_reset_is_a_lost_connection(client: httpx.Client, broken: Break, service: Service) -> None:
    broken(service, Fault("reset"))
    with pytest.raises(httpx.ReadError, match="reset"):
        call(client, service)


@pytest.mark.parametrize("service", SERVICES)
def test_forbidden_is_403(client: httpx.Client, broken: Break, service: Service) -> None:
    broken(service, Fault("forbidden"))
    assert call(client, service).status_code == 403


def test_a_fault_with_a_count_ends_by_itself(client: httpx.Client, broken: Break) -> None:
    broken("hsa_unit", Fault("500", remaining=2))
    assert [call(client, "hsa_unit").status_code for _ in range(4)] == [500, 500, 200, 200]


def test_a_fault_breaks_its_own_service_alone_until_it_is_mended(
    client: httpx.Client, broken: Break, tmp_path: Path
) -> None:
    broken("hsa_unit", Fault("forbidden"))
    broken("eservices", Fault("forbidden"))
    assert forbidden(client) == {"hsa_unit", "eservices"}
    Faults(tmp_path).mend("hsa_unit")
    assert forbidden(client) == {"eservices"}
    Faults(tmp_path).mend()
    assert forbidden(client) == set()


def test_a_fault_outlives_the_server(archive: Archive, tmp_path: Path) -> None:
    Faults(tmp_path).set("hsa_file", Fault("forbidden", remaining=2))
    for _ in range(2):
        with running(create_app(archive, tmp_path, now=at(NOON))) as address:
            assert httpx.get(address + FILE).status_code == 403
    assert Faults(tmp_path).current() == {}


def test_a_fault_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(HjvError, match="truncated") as refused:
        Fault("meteorite")
    assert all(kind in str(refused.value) for kind in FAULTS)
    with pytest.raises(HjvError, match="VP009"):
        Fault("fault", "VP099")
    with pytest.raises(HjvError, match="1 or more"):
        Fault("500", remaining=0)
