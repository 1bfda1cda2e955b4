"""Promises of `hjv sandbox …`: each command does what its help says; a mistake is told in one sentence."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hjv_pipelines.failures import HjvError
from hjv_pipelines.sandbox.command import sandbox
from hjv_pipelines.sandbox.faults import SERVICES, Fault, Faults
from hjv_pipelines.sandbox.manifest import Manifest, expectations
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines_tests.sandbox.tiny import NOON


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a small nation."""
    create_nation(tmp_path, "small", now=NOON)
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    """Run a command on the nation in `folder`; raise what the `hjv` command would tell in one line."""
    result = CliRunner().invoke(sandbox, [*words, "--folder", str(folder)])
    if isinstance(result.exception, HjvError):
        raise result.exception
    return result


def a_unit(folder: Path) -> str:
    """Return the HSA-id of some visible unit without dirt."""
    return next(unit.hsa_id for unit in expectations(folder) if unit.verdict == "visible" and not unit.dirt)


def profile(folder: Path, hsa_id: str) -> dict[str, list[object]]:
    """Return the raw values of a unit, as `show` prints them."""
    shown = json.loads(run(folder, "show", hsa_id, "--json").stdout)
    found: dict[str, list[object]] = shown["profile"]
    return found


def test_create_makes_a_nation_of_the_size_that_is_asked(tmp_path: Path) -> None:
    assert run(tmp_path, "create", "--size", "small", "--seed", "3").exit_code == 0
    made = Manifest.load(tmp_path)
    assert (made.seed, made.size) == (3, "small")


def test_change_gives_an_element_exactly_the_values_that_are_said(folder: Path) -> None:
    hsa_id = a_unit(folder)
    hours = ["--set", "surgeryHour=1-4#08:00#17:00", "--set", "surgeryHour=5-5#08:00#15:00=öppet"]
    told = run(folder, "change", hsa_id, *hours, "--set", "mail=").stdout
    assert profile(folder, hsa_id)["surgeryHour"] == ["1-4#08:00#17:00", "5-5#08:00#15:00=öppet"]
    assert "mail" not in profile(folder, hsa_id)
    assert "in the complete file from" in told


def test_change_takes_a_composite_value_as_json(folder: Path) -> None:
    hsa_id = a_unit(folder)
    run(folder, "change", hsa_id, "--set", 'unitFunction={"name": "Bokning", "telephoneNumber": ["08123456"]}')
    assert profile(folder, hsa_id)["unitFunction"] == [{"name": ["Bokning"], "telephoneNumber": ["08123456"]}]


def test_change_takes_a_unit_away(folder: Path) -> None:
    hsa_id = a_unit(folder)
    run(folder, "change", hsa_id, "--remove")
    assert open_nation(folder).unit(hsa_id, datetime.now(UTC)) is None


@pytest.mark.parametrize("words", [[], ["--remove", "--set", "mail=x"], ["--set", "mail"], ["--set", "unitFunction={"]])
def test_a_change_that_makes_no_sense_is_a_wrong_use(folder: Path, words: list[str]) -> None:
    assert run(folder, "change", a_unit(folder), *words).exit_code == 2


@pytest.mark.parametrize("words", [["change", "SE0-X", "--remove"], ["show", "SE0-X"]])
def test_an_unknown_unit_is_told_with_where_to_find_known_ones(folder: Path, words: list[str]) -> None:
    with pytest.raises(HjvError, match="hjv sandbox dirty"):
        run(folder, *words)


def test_break_sets_a_fault_for_a_server_that_runs_elsewhere(folder: Path) -> None:
    run(folder, "break", "eservices", "fault", "--code", "VP007", "--count", "3")
    assert Faults(folder).current() == {"eservices": Fault("fault", "VP007", 3)}


@pytest.mark.parametrize(("fault", "told"), [("half", True), ("nothing", True), ("truncated", False)])
def test_a_file_that_lacks_units_is_told_to_lose_nothing_of_what_was_imported(
    folder: Path, fault: str, *, told: bool
) -> None:
    assert ("The next one is served from" in run(folder, "break", "hsa_file", fault).stdout) == told


def test_mend_ends_one_fault_or_all(folder: Path) -> None:
    for service in SERVICES:
        run(folder, "break", service, "hang")
    run(folder, "mend", "hsa_file")
    assert set(Faults(folder).current()) == set(SERVICES) - {"hsa_file"}
    run(folder, "mend")
    assert Faults(folder).current() == {}


def test_a_fault_that_does_not_exist_is_a_wrong_use(folder: Path) -> None:
    assert run(folder, "break", "hsa_file", "meteorite").exit_code == 2


def test_show_prints_every_raw_value_to_people_too(folder: Path) -> None:
    hsa_id = a_unit(folder)
    shown = run(folder, "show", hsa_id.lower()).stdout
    assert all(name in shown for name in profile(folder, hsa_id))


def test_dirty_lists_one_unit_of_every_kind(folder: Path) -> None:
    kinds = {unit.dirt for unit in expectations(folder) if unit.dirt}
    listed = json.loads(run(folder, "dirty", "--json").stdout)
    assert [unit["dirt"] for unit in listed] == sorted(kinds)
    for_people = run(folder, "dirty").stdout
    assert all(kind in for_people for kind in kinds)


def test_dirty_lists_every_unit_of_a_kind(folder: Path) -> None:
    kind = next(unit.dirt for unit in expectations(folder) if unit.dirt)
    listed = json.loads(run(folder, "dirty", kind, "--json").stdout)
    assert [unit["hsa_id"] for unit in listed] == [unit.hsa_id for unit in expectations(folder) if unit.dirt == kind]


def test_a_kind_of_dirt_that_does_not_exist_is_told_with_those_that_do(folder: Path) -> None:
    with pytest.raises(HjvError, match="archived"):
        run(folder, "dirty", "confetti")


def test_manifest_shows_what_a_correct_import_gives(folder: Path) -> None:
    assert json.loads(run(folder, "manifest", "--json").stdout)["units"] == Manifest.load(folder).units
    assert "12-skane" in run(folder, "manifest").stdout


@pytest.mark.parametrize("words", [["manifest"], ["dirty"], ["show", "SE0-X"]])
def test_a_folder_without_a_nation_says_how_to_make_one(tmp_path: Path, words: list[str]) -> None:
    with pytest.raises(HjvError, match="hjv sandbox create"):
        run(tmp_path, *words)
