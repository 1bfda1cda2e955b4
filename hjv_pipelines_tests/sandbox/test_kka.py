"""Promises of KKA in the sandbox: the profile as documented, and editors that do all that real ones do."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hjv_pipelines.failures import HjvError
from hjv_pipelines.regions import REGIONS
from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.editors import NOBODY, NOT_CONNECTED
from hjv_pipelines.sandbox.editors_texts import FLAWS, SECTIONS
from hjv_pipelines.sandbox.faults import Fault, Faults
from hjv_pipelines.sandbox.kka import publish_shared_text, publish_text, withdraw
from hjv_pipelines.sandbox.manifest import Expectation, Manifest, expectations
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines.settings import SANDBOX_PATHS
from hjv_pipelines_tests.sandbox.tiny import NOON, at

KKA = SANDBOX_PATHS["kka_url"]
CODES = {region.key: region.county_code or "00" for region in REGIONS}

Said = dict[str, Any]


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


@pytest.fixture(scope="module")
def regions(nation: httpx.Client) -> dict[str, Said]:
    """Give what KKA answers about each region."""
    return {key: nation.get(KKA, params={"region": code}).json() for key, code in CODES.items()}


@pytest.fixture(scope="module")
def units(regions: dict[str, Said]) -> dict[str, Said]:
    """Give what KKA says of each unit."""
    return {unit["hsaId"]: unit for said in regions.values() for unit in said["units"]}


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[str, Expectation]:
    return {each.hsa_id: each for each in expectations(folder)}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Give the archive of a nation that a test may change."""
    create_nation(tmp_path, "small", now=NOON)
    return open_nation(tmp_path)


def texts_of(unit: Said) -> list[str]:
    return [text.get("shared") or text["heading"] for text in unit["texts"]]


def test_most_regions_are_connected_and_name_units(regions: dict[str, Said]) -> None:
    silent = {key for key, said in regions.items() if not said["connected"]}
    assert silent == {*NOT_CONNECTED}
    for key, said in regions.items():
        assert (said["complete"], said["unitCount"], bool(said["units"])) == (
            True,
            len(said["units"]),
            key not in silent,
        )


def test_published_units_are_those_that_the_manifest_tells_of(
    folder: Path, units: dict[str, Said], expected: dict[str, Expectation]
) -> None:
    published = {hsa_id for hsa_id, unit in units.items() if unit["state"] == "published"}
    assert published == {each.hsa_id for each in expected.values() if "kka" in each.told}
    assert any(unit["state"] == "saved" for unit in units.values())
    assert Manifest.load(folder).told["kka"]["documents"] == len(published)


def test_units_without_a_card_have_content_too(units: dict[str, Said], expected: dict[str, Expectation]) -> None:
    assert {"visible", "hidden"} == {expected[hsa_id].verdict for hsa_id in units}


def test_single_units_are_answered_with_the_shared_texts_that_they_show(
    nation: httpx.Client, units: dict[str, Said]
) -> None:
    one = next(unit for unit in units.values() if any("shared" in text for text in unit["texts"]))
    said = nation.get(KKA, params={"hsaIds": f"{one['hsaId'].lower()},SE2321000016-UNKNOWN"}).json()
    assert said["units"] == [one]
    used = {text["shared"] for text in one["texts"] if "shared" in text}
    assert {text["id"] for text in said["sharedTexts"]} == used - {"00-finns-inte"}


def test_every_section_is_written_in(expected: dict[str, Expectation]) -> None:
    told = [each.expect["kka_texts"] for each in expected.values() if "kka_texts" in each.expect]
    assert {section for texts in told if isinstance(texts, list) for section, _ in texts} == {*SECTIONS}


def test_every_flaw_is_there_and_told(expected: dict[str, Expectation]) -> None:
    """Traps 25, 28 and 29."""
    rules = Counter(rule for each in expected.values() for rule in each.breaks.get("kka", ()))
    assert rules.keys() == {flaw.rule for flaw in FLAWS} - {None}
    assert rules["markup_removed"] > 8


def test_lenders_of_every_kind_are_borrowed_from(units: dict[str, Said], expected: dict[str, Expectation]) -> None:
    """Trap 34: some are hidden, one may open later, one does not exist."""
    lenders = {each["lender"] for unit in units.values() for each in unit.get("borrowedEServices", ())}
    assert NOBODY in lenders
    kinds = {expected[lender].verdict for lender in lenders - {NOBODY}}
    assert kinds == {"visible", "hidden"}
    assert any(list(expected[lender].failed_rules) == ["started"] for lender in lenders - {NOBODY})
    choices = {each["services"] == "all" for unit in units.values() for each in unit.get("borrowedEServices", ())}
    assert choices == {True, False}


def test_only_a_public_lenders_eservices_are_expected_on_a_card(
    folder: Path, units: dict[str, Said], expected: dict[str, Expectation]
) -> None:
    """Trap 34. By counting: the names in their order are compared with the cards themselves."""
    archive, judged = open_nation(folder), 0
    for hsa_id, unit in units.items():
        if expected[hsa_id].verdict != "visible" or not unit.get("borrowedEServices"):
            continue
        judged += 1
        own = archive.unit(hsa_id, NOON)
        assert own is not None
        number = len(own.eservices) + len(unit["eServices"])
        for borrowed in unit["borrowedEServices"]:
            lender = expected.get(borrowed["lender"])
            if lender and (lender.verdict == "visible" or list(lender.failed_rules) == ["started"]):
                there = archive.unit(lender.hsa_id, NOON)
                assert there is not None
                number += len(there.eservices) if borrowed["services"] == "all" else len(borrowed["services"])
        assert len(expected[hsa_id].expect.get("eservices") or ()) == number  # type: ignore[arg-type]
    assert judged > 10


def test_an_order_names_eservices_of_the_unit_each_once(units: dict[str, Said]) -> None:
    orders = [unit["eServiceOrder"] for unit in units.values() if unit.get("eServiceOrder")]
    assert len(orders) > 10
    for order in orders:
        keys = [tuple(sorted(key.items())) for key in order]
        assert len({*keys}) == len(keys)


def test_an_outage_does_not_disconnect_a_region(nation: httpx.Client, folder: Path) -> None:
    """Trap 7."""
    Faults(folder).set("kka", Fault("nothing", remaining=1))
    said = nation.get(KKA, params={"region": "12"}).json()
    assert (said["connected"], said["complete"], said["units"]) == (True, True, [])


def test_a_shared_text_changes_at_all_units_that_show_it(archive: Archive, tmp_path: Path) -> None:
    """Trap 33."""
    later = NOON + timedelta(minutes=1)
    identity, users = publish_shared_text(archive, "12-skane", "Nya avgifter", later)
    assert len(users) > 10
    for moment, heading in ((NOON, "Patientavgifter"), (later, "Nya avgifter")):
        with running(create_app(archive, tmp_path, now=at(moment))) as address:
            said = httpx.get(address + KKA, params={"region": "12"}).json()
        assert {text["id"]: text["heading"] for text in said["sharedTexts"]}[identity] == heading
    published = [unit for unit in said["units"] if unit["state"] == "published"]
    assert users == [unit["hsaId"] for unit in published if identity in texts_of(unit)]


def test_a_region_without_shared_texts_is_told_with_those_that_have(archive: Archive) -> None:
    with pytest.raises(HjvError, match="12-skane"):
        publish_shared_text(archive, NOT_CONNECTED[0], "Nya avgifter", NOON)


def test_a_text_is_published_replaced_and_withdrawn(archive: Archive, tmp_path: Path) -> None:
    silent = next(unit.key for unit in archive.units(NOON) if unit.key not in dict(archive.declared("kka", NOON)))
    for heading in ("Först", "Sedan"):
        publish_text(archive, silent.lower(), {"id": "x", "section": "news", "heading": heading}, NOON)
    with running(create_app(archive, tmp_path, now=at(NOON))) as address:
        (unit,) = httpx.get(address + KKA, params={"hsaIds": silent}).json()["units"]
        assert (unit["state"], texts_of(unit)) == ("published", ["Sedan"])
        withdraw(archive, silent, NOON)
        (unit,) = httpx.get(address + KKA, params={"hsaIds": silent}).json()["units"]
        assert unit["state"] == "saved"


def test_what_editors_write_changes_no_unit_and_no_other_source(tmp_path: Path, archive: Archive) -> None:
    """Their random stream is their own: the same seed gives the same content."""
    again = tmp_path / "again"
    create_nation(again, "small", now=NOON + timedelta(hours=1))
    now = datetime.now(UTC)
    assert [*open_nation(again).declared("kka", now)] == [*archive.declared("kka", now)]
