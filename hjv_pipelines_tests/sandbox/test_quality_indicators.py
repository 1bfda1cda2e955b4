"""Promises of the waiting times in the sandbox: GetQualityIndicators 2, as far as it is attested, and our profile."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.manifest import Expectation, Manifest, expectations
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines.sandbox.quality_indicators import quality_indicators
from hjv_pipelines.sandbox.waiting_times import TREATMENTS, WITHIN_THREE_DAYS
from hjv_pipelines_tests.sandbox.tiny import NOON, get_quality_indicators

PROFILE = Path(__file__).parents[2] / "hjv_pipelines/transport/contracts/GetQualityIndicators_profile_2"
D = "{urn:riv:followup:groupoutcomes:qualityreporting:2}"
KINDS = {f"{D}{kind}Measure" for kind in ("proportion", "continuousVariable", "cohort", "missing")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a small nation."""
    place = tmp_path_factory.mktemp("nation")
    create_nation(place, "small", now=NOON)
    return place


@pytest.fixture
def nation(folder: Path) -> Archive:
    return open_nation(folder)


@pytest.fixture
def expected(folder: Path) -> list[Expectation]:
    return list(expectations(folder))


def answer(nation: Archive, source: str, *measures: str, **asked: object) -> etree._Element:
    """Return the response element of the answer of `source`."""
    request = etree.fromstring(get_quality_indicators(*measures, **asked))[1][0]  # type: ignore[arg-type]
    return etree.fromstring(quality_indicators(source).reply(request, Directory(nation, NOON)))[0][0]


def measurements(response: etree._Element) -> Iterator[etree._Element]:
    """Yield the measurements of care units."""
    for measurement in response.iter(f"{D}measurement"):
        if measurement.findtext(f"{D}organization/{D}organizationType") == "Vardenhet":
            yield measurement


def units_of(response: etree._Element) -> set[str]:
    return {one.findtext(f"{D}organization/{D}hsaId", "") for one in measurements(response)}


def clean(response: etree._Element, source: str, expected: list[Expectation]) -> etree._Element:
    """Return an answer without the units of which the source says something wrong."""
    dirty = {unit.hsa_id for unit in expected if source in unit.breaks}
    for performed in list(response):
        if performed.findtext(f".//{D}hsaId") in dirty:
            response.remove(performed)
    return response


def test_every_answer_keeps_to_the_profile_but_for_what_is_wrong(nation: Archive, expected: list[Expectation]) -> None:
    schema = etree.XMLSchema(etree.parse(PROFILE / "responder.xsd"))
    everywhere = answer(nation, "waiting_times", WITHIN_THREE_DAYS)
    assert not schema.validate(everywhere)
    schema.assertValid(clean(everywhere, "waiting_times", expected))
    schema.assertValid(
        clean(answer(nation, "waiting_times", WITHIN_THREE_DAYS, county="01"), "waiting_times", expected)
    )
    skane = answer(nation, "waiting_times_skane", *TREATMENTS, county="12")
    schema.assertValid(clean(skane, "waiting_times_skane", expected))


def test_every_answer_keeps_to_what_is_attested(nation: Archive, expected: list[Expectation]) -> None:
    """What the domain's public Schematron demands (docs/contracts.md)."""
    response = clean(answer(nation, "waiting_times", WITHIN_THREE_DAYS, county="01"), "waiting_times", expected)
    for measurement in response.iter(f"{D}measurement"):
        assert measurement.findtext(f"{D}measureId/{D}root") == "1.2.826.0.1.3680043.9.4672.7"
        assert sum(child.tag in KINDS for child in measurement) == 1
        for share in (*measurement.iter(f"{D}rate"), *measurement.iter(f"{D}coverage")):
            assert 0 <= float(share.text or "") <= 1
        for missing in measurement.iter(f"{D}missingMeasure"):
            assert missing.findtext(f"{D}reasonCode")
        chain = tuple(kind.text for kind in measurement.iter(f"{D}organizationType"))
        assert chain in {("Lan", "Land"), ("Vardenhet", "Lan", "Land"), ("Vardenhet", "Kommun", "Lan", "Land")}


def test_a_county_is_answered_with_its_own_units(nation: Archive) -> None:
    skane = units_of(answer(nation, "waiting_times", WITHIN_THREE_DAYS, county="12"))
    everywhere = units_of(answer(nation, "waiting_times", WITHIN_THREE_DAYS))
    assert skane
    assert skane < everywhere
    assert units_of(answer(nation, "waiting_times", "another", county="12")) == set()
    one = min(skane)
    assert units_of(answer(nation, "waiting_times", WITHIN_THREE_DAYS, hsa_ids=(one,))) == {one}


def test_skane_tells_of_psychiatric_care_in_skane_alone(nation: Archive) -> None:
    assert units_of(answer(nation, "waiting_times_skane", *TREATMENTS, county="12"))
    assert not units_of(answer(nation, "waiting_times_skane", *TREATMENTS, county="01"))


def test_the_manifest_says_of_whom_there_are_figures(
    nation: Archive, folder: Path, expected: list[Expectation]
) -> None:
    for source, measures in (("waiting_times", (WITHIN_THREE_DAYS,)), ("waiting_times_skane", tuple(TREATMENTS))):
        told = units_of(answer(nation, source, *measures))
        assert told == {unit.hsa_id for unit in expected if source in unit.told}
        counted = Manifest.load(folder).told[source]
        assert counted == {
            "documents": len(told),
            "cards": sum(source in unit.expect for unit in expected),
        }


def test_errors_of_every_kind_occur_and_are_expected(expected: list[Expectation], folder: Path) -> None:
    """Traps 31 and 32: 87 for 0.87, a share above one, a month that is none, of twelve people, without a reason."""
    rules = {rule for unit in expected for rule in unit.breaks.get("waiting_times", ())}
    assert rules == {"indicator_rate", "indicator_period", "indicator_too_few", "indicator_reason"}
    counted = Manifest.load(folder).breaks
    assert set(counted["waiting_times_skane"]) == {"indicator_wait"}
    dirty = [unit for unit in expected if "waiting_times" in unit.breaks]
    assert sum(counted["waiting_times"].values()) == len(dirty) < len(expected) / 10


def test_figures_are_told_and_withheld(nation: Archive) -> None:
    """Trap 32: every kind of answer occurs."""
    kinds = Counter(
        str(child.tag).removeprefix(D)
        for source, measures in (("waiting_times", (WITHIN_THREE_DAYS,)), ("waiting_times_skane", tuple(TREATMENTS)))
        for measurement in measurements(answer(nation, source, *measures))
        for child in measurement
        if child.tag in KINDS
    )
    assert set(kinds) == {"proportionMeasure", "continuousVariableMeasure", "missingMeasure"}
