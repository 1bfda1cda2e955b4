"""The synthetic Sweden: reproducible, whole or not there, and its manifest says what is in it."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from math import cos, hypot, radians
from pathlib import Path

import pytest

from hjv_pipelines.failures import HjvError
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.dirt import DIRT
from hjv_pipelines.sandbox.kinds import KINDS
from hjv_pipelines.sandbox.manifest import Expectation, Manifest, expectations
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines.sandbox.places import places
from hjv_pipelines.sandbox.unit import SandboxUnit

NOW = datetime(2026, 2, 3, 9, 30, tzinfo=UTC)
LATITUDE, LONGITUDE = "geographicalCoordinatesSWEREF99Latitude", "geographicalCoordinatesSWEREF99Longitude"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a small nation."""
    made = tmp_path_factory.mktemp("nation")
    create_nation(made, "small", now=NOW)
    return made


@pytest.fixture(scope="module")
def units(folder: Path) -> list[SandboxUnit]:
    return list(open_nation(folder).units(NOW))


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[str, Expectation]:
    return {each.hsa_id: each for each in expectations(folder)}


@pytest.fixture(scope="module")
def visible(units: list[SandboxUnit], expected: dict[str, Expectation]) -> list[SandboxUnit]:
    return [unit for unit in units if expected[unit.key].verdict == "visible"]


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    return ((path.name, path.read_bytes()) for path in sorted(folder.iterdir()))


def test_the_same_seed_makes_the_same_units(folder: Path, tmp_path: Path, units: list[SandboxUnit]) -> None:
    create_nation(tmp_path, "small", now=NOW + timedelta(hours=5))
    assert [unit.to_json() for unit in open_nation(tmp_path).units(NOW)] == [unit.to_json() for unit in units]
    assert list(expectations(tmp_path)) == list(expectations(folder))


def test_another_seed_makes_other_units(tmp_path: Path, units: list[SandboxUnit]) -> None:
    create_nation(tmp_path, "small", seed=7, now=NOW)
    assert [unit.to_json() for unit in open_nation(tmp_path).units(NOW)] != [unit.to_json() for unit in units]


def test_the_manifest_sums_up_its_units(folder: Path, expected: dict[str, Expectation]) -> None:
    manifest = Manifest.load(folder)
    verdicts = Counter(each.verdict for each in expected.values())
    rules = Counter(rule for each in expected.values() for _, rule, _ in each.findings)
    assert manifest.units == len(expected) == 600
    assert (manifest.visible, manifest.hidden, manifest.refused) == (
        verdicts["visible"],
        verdicts["hidden"],
        verdicts["refused"],
    )
    assert manifest.findings == rules
    for verdict, number in verdicts.items():
        assert sum(counts[verdict] for counts in manifest.regions.values()) == number


def test_the_manifest_names_every_unit_of_the_archive(
    folder: Path, units: list[SandboxUnit], expected: dict[str, Expectation]
) -> None:
    assert {unit.key for unit in units} == expected.keys()
    assert Manifest.load(folder).records == len(units) == open_nation(folder).counts()["records"]


def test_the_manifest_counts_the_eservices(folder: Path, units: list[SandboxUnit]) -> None:
    offered = {unit.key: len(unit.eservices) for unit in units if unit.eservices}
    assert Manifest.load(folder).eservices == {"units": len(offered), "services": sum(offered.values())}


def test_every_region_has_a_card(expected: dict[str, Expectation]) -> None:
    assert {each.region for each in expected.values() if each.verdict == "visible"} == set(REGION_KEYS)


def test_every_kind_of_dirt_occurs(expected: dict[str, Expectation]) -> None:
    assert {each.dirt for each in expected.values() if each.dirt} == {dirt.name for dirt in DIRT}


def test_the_dirt_sets_every_trap_that_a_unit_can_set() -> None:
    """Traps 19 to 29: 28 and what cannot stand in XML are other sources' business."""
    assert {dirt.trap for dirt in DIRT} >= {19, 20, 21, 22, 23, 24, 25, 26, 27, 29}


def test_every_kind_of_care_unit_occurs(visible: list[SandboxUnit]) -> None:
    codes = {
        code
        for unit in visible
        for pair in unit.profile["businessClassification"]
        if isinstance(pair, dict)
        for code in pair.get("businessClassificationCode", ())
    }
    assert codes >= {code for kind in KINDS for code, _ in kind.classifications}


def test_every_visible_unit_has_what_a_card_needs(visible: list[SandboxUnit]) -> None:
    for unit in visible:
        has = unit.profile.keys()
        assert unit.container["name"]
        assert {"03", "04"} & {str(code) for code in unit.profile["destinationIndicator"]}
        assert "careType" in has
        if unit.profile.get("businessType") != ["03"]:
            assert {"countyCode", "countyName"} <= has
            assert "geographicalCoordinatesRt90" in has or {LATITUDE, LONGITUDE} <= has


def test_a_clean_unit_has_nothing_to_object_to(expected: dict[str, Expectation]) -> None:
    assert not [each for each in expected.values() if not each.dirt and each.findings]


def test_a_unit_is_hidden_exactly_when_a_rule_fails(expected: dict[str, Expectation]) -> None:
    assert all((each.verdict == "hidden") == bool(each.failed_rules) for each in expected.values())


def test_a_finding_quotes_what_stands_in_the_unit(units: list[SandboxUnit], expected: dict[str, Expectation]) -> None:
    for unit in units:
        for element, rule, value in expected[unit.key].findings:
            raw = texts(unit, element)
            assert value == "" or any(text.startswith(value) for text in raw), (unit.key, element, rule)


def texts(unit: SandboxUnit, element: str) -> list[str]:
    """Return all texts of an element of the container or the profile, its children's included."""
    found = [unit.container[element]] if element in unit.container else []
    for name, values in unit.profile.items():
        for value in values:
            if isinstance(value, dict):
                found += [text for child, own in value.items() if element in {name, child} for text in own]
            elif name == element:
                found.append(value)
    return found


def test_no_unit_starts_or_ends_within_weeks_of_today(units: list[SandboxUnit]) -> None:
    dates = re.findall(rb'"unit(?:Start|End)Date":\["(\d{4})-?(\d\d)-?(\d\d)', b"".join(u.to_json() for u in units))
    assert dates
    for year, month, day in dates:
        try:
            moment = date(int(year), int(month), int(day))
        except ValueError:
            continue
        assert abs(moment - NOW.date()) >= timedelta(days=30)


def test_units_lie_near_a_town(expected: dict[str, Expectation]) -> None:
    for each in expected.values():
        latitude, longitude = each.expect.get("latitude"), each.expect.get("longitude")
        if isinstance(latitude, float) and isinstance(longitude, float):
            assert kilometres_to_a_town(latitude, longitude) <= 4.1


def kilometres_to_a_town(latitude: float, longitude: float) -> float:
    east = cos(radians(latitude))
    return min(111.32 * hypot(place.latitude - latitude, east * (place.longitude - longitude)) for place in places())


def test_without_a_nation_there_is_nothing_to_open(tmp_path: Path) -> None:
    with pytest.raises(HjvError, match="no synthetic nation"):
        open_nation(tmp_path)


def test_a_nation_without_its_manifest_is_no_whole_nation(tmp_path: Path) -> None:
    create_nation(tmp_path, "small", now=NOW)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(HjvError, match="no synthetic nation"):
        open_nation(tmp_path)


def test_a_creation_that_breaks_off_leaves_the_old_nation(tmp_path: Path) -> None:
    create_nation(tmp_path, "small", now=NOW)
    before = dict(files(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        create_nation(tmp_path, "small", seed=2, now=NOW, progress=interrupted)
    assert dict(files(tmp_path)) == before


def interrupted(_: int) -> None:
    raise KeyboardInterrupt


def test_a_new_nation_forgets_what_happened_in_the_old_one(tmp_path: Path) -> None:
    create_nation(tmp_path, "small", now=NOW)
    old = open_nation(tmp_path)
    reading = old.units(NOW)
    first = next(reading)
    old.change(first.hsa_id, {"unitName": ["Nytt namn"]}, NOW)
    create_nation(tmp_path, "small", now=NOW)
    del reading
    assert open_nation(tmp_path).unit(first.hsa_id, NOW) == first


def test_opening_gives_the_archive(folder: Path, units: list[SandboxUnit]) -> None:
    archive = open_nation(folder)
    assert isinstance(archive, Archive)
    assert archive.unit(units[0].hsa_id.lower(), NOW) == units[0]
