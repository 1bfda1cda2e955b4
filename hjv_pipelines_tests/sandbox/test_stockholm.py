"""Promises of Utbud and Vaccinera in the sandbox: the contract to the letter, the profile as documented."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from lxml import etree

from hjv_pipelines.sandbox.faults import Fault, Faults
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines.settings import SANDBOX_PATHS
from hjv_pipelines_tests.sandbox.tiny import NOON, at, body_of, question

XSD = (
    "supportprocess_serviceprovisioning_healthcareoffering_GetCareServiceOfferings_3.0/schemas/interactions/"
    "GetCareServiceOfferingsInteraction/GetCareServiceOfferingsResponder_3.0.xsd"
)
DOMAIN = "urn:riv:supportprocess:serviceprovisioning:healthcareoffering"
R, C = f"{DOMAIN}:GetCareServiceOfferingsResponder:3", f"{DOMAIN}:3"
R1, C1 = f"{DOMAIN}:GetHealthcareOfferingsResponder:1", f"{DOMAIN}:1"
EVERYWHERE = "<typeOfPlace><c:typeOfPlaceEnum>ALL</c:typeOfPlaceEnum></typeOfPlace>"
UTBUD, VACCINERA = SANDBOX_PATHS["offerings_url"], SANDBOX_PATHS["vaccinera_url"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a small nation."""
    place = tmp_path_factory.mktemp("nation")
    create_nation(place, "small", now=NOON)
    return place


@pytest.fixture(scope="module")
def nation(folder: Path) -> Iterator[httpx.Client]:
    """Give a client of the served nation."""
    app = create_app(open_nation(folder), folder, now=at(NOON))
    with running(app) as address, httpx.Client(base_url=address, timeout=20) as opened:
        yield opened


@pytest.fixture
def broken(folder: Path) -> Iterator[Callable[[Fault], None]]:
    """Give what breaks Vaccinera; it is mended afterwards."""
    faults = Faults(folder)
    yield lambda fault: faults.set("vaccinera", fault)
    faults.mend()


def ask(client: httpx.Client, inside: str, *, operation: str = "GetCareServiceOfferings") -> etree._Element:
    """Return the answer's element."""
    responder, domain = (R, C) if operation == "GetCareServiceOfferings" else (R1, C1)
    body = f'<{operation} xmlns="{responder}" xmlns:c="{domain}">{inside}</{operation}>'
    (response,) = body_of(client.post(UTBUD, content=question(body)))
    return response


def units(answer: etree._Element, domain: str = C) -> set[str]:
    """Return the HSA-ids of the performing organisations."""
    ids = answer.iterfind(f".//{{{domain}}}performingOrganization/{{{domain}}}id")
    found = {each.findtext(f"{{{domain}}}extension", "") for each in ids}
    return {hsa_id for hsa_id in found if hsa_id.startswith("SE")}


def test_everything_that_is_offered_is_valid_against_the_official_schema(
    nation: httpx.Client, official: Callable[[str], etree.XMLSchema]
) -> None:
    official(XSD).assertValid(ask(nation, EVERYWHERE))


def test_a_county_or_a_unit_narrows_the_answer(nation: httpx.Client) -> None:
    county = (
        "<location><c:county><c:code>{}</c:code><c:codeSystem>1.2.752.129.2.2.1.18</c:codeSystem></c:county></location>"
    )
    all_units = units(ask(nation, EVERYWHERE))
    assert len(all_units) > 10
    assert units(ask(nation, EVERYWHERE + county.format("01"))) == all_units
    assert units(ask(nation, EVERYWHERE + county.format("12"))) == set()
    one = min(all_units)
    identity = f"<c:root>1.2.752.129.2.1.4.1</c:root><c:extension>{one.lower()}</c:extension>"
    asked = f"<performingOrganizationId>{identity}</performingOrganizationId>"
    assert units(ask(nation, EVERYWHERE + asked)) == {one}


def test_the_forerunner_says_the_same_by_other_names(nation: httpx.Client) -> None:
    first = ask(nation, EVERYWHERE, operation="GetHealthcareOfferings")
    again = etree.tostring(first).decode().replace(R1, R).replace(f'"{C1}"', f'"{C}"')
    assert (
        again.replace("GetHealthcareOfferings", "GetCareServiceOfferings")
        == etree.tostring(ask(nation, EVERYWHERE)).decode()
    )


def test_a_question_out_of_order_is_refused(nation: httpx.Client) -> None:
    inside = f"<searchTerm>abc</searchTerm>{EVERYWHERE}"
    body = f'<GetCareServiceOfferings xmlns="{R}" xmlns:c="{C}">{inside}</GetCareServiceOfferings>'
    assert nation.post(UTBUD, content=question(body)).status_code == 500


def test_vaccinera_says_that_it_is_whole(nation: httpx.Client) -> None:
    said = nation.get(VACCINERA, params={"county": "01"}).json()
    assert (said["complete"], said["season"]) == (True, "open")
    assert said["unitCount"] == len(said["units"]) > 0
    one = said["units"][0]
    assert nation.get(VACCINERA, params={"hsaIds": one["hsaId"].lower()}).json()["units"] == [one]
    assert nation.get(VACCINERA, params={"county": "12"}).json()["units"] == []


def test_an_outage_does_not_end_the_season(nation: httpx.Client, broken: Callable[[Fault], None]) -> None:
    """Trap 7."""
    broken(Fault("nothing"))
    said = nation.get(VACCINERA).json()
    assert (said["season"], said["units"], said["complete"]) == ("open", [], True)


def test_when_nobody_offers_anything_the_season_is_over(tmp_path: Path) -> None:
    create_nation(tmp_path, "small", now=NOON)
    archive = open_nation(tmp_path)
    for unit in list(archive.told("vaccinera", NOON)):
        archive.tell(unit.hsa_id, "vaccinera", None, NOON)
    with running(create_app(archive, tmp_path, now=at(NOON))) as address:
        said = httpx.get(address + VACCINERA).json()
    assert (said["season"], said["units"]) == ("closed", [])
