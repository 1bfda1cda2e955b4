"""The command `hjv`, run as a person runs it: its JSON is fixed, its errors are one line, its exit codes tell."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hjv_pipelines.sandbox.manifest import Expectation, Manifest, expectations
from hjv_pipelines.settings import Settings
from hjv_pipelines.timetable import TIMETABLE
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.ports import free_port

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the data folder of an installation."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def hjv(data: Path, database_server: str) -> Iterator[Command]:
    """Give `hjv` with a database and a sandbox of its own, without the contracts' pace."""
    with temporary_database(database_server) as url:
        environment = {
            **os.environ,
            "HJV_DATABASE_URL": url,
            "HJV_DATA_DIR": str(data),
            "HJV_SANDBOX_SIZE": "small",
            "HJV_SANDBOX_PORT": str(free_port()),
            **{f"HJV_{name.upper()}": "1000" for name in Settings.model_fields if name.endswith("_calls_per_second")},
            "COLUMNS": "200",
        }

        def run(*arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
            command = (sys.executable, "-m", "hjv_pipelines.cli", *arguments)
            return subprocess.run(command, env={**environment, **changed}, capture_output=True, text=True, check=False)

        yield run


@pytest.fixture(scope="module")
def first(hjv: Command) -> dict[str, Any]:
    """Give the JSON of the first `hjv once`."""
    return told(hjv("once", "--json"))


@pytest.fixture
def nation(data: Path, first: dict[str, Any]) -> list[Expectation]:
    return list(expectations(data / "sandbox"))


def test_once_imports_every_source_and_publishes_what_the_manifest_says(first: dict[str, Any], data: Path) -> None:
    manifest = Manifest.load(data / "sandbox")
    sources = ["hsa", *(row.source for row in TIMETABLE if row.source != "hsa")]
    assert [done["source"] for done in first["imports"]] == sources
    assert first["imports"][0]["documents"]["refused"] == manifest.refused
    assert first["imports"][0]["findings"] == manifest.findings
    assert (first["cards"]["published"], first["cards"]["hidden"]) == (manifest.visible, manifest.hidden)
    assert set(first["seconds"]) == {"start", *sources, "unit_register", "publish"}
    assert first["unit_register"]["added"] > manifest.visible
    assert first["peak_mb"] > 0


def test_the_store_is_compared_with_the_manifest(hjv: Command, first: dict[str, Any]) -> None:
    compared = {each["aspect"]: each for each in told(hjv("sandbox", "compare", "--json"))}
    assert compared["units visible"]["found"] == compared["units visible"]["expected"] == first["cards"]["visible"]
    assert {f"cards with {source}" for source in ("listing", "eservices", "waiting_times")} <= set(compared)


def test_once_again_writes_no_card(hjv: Command, first: dict[str, Any]) -> None:
    cards = told(hjv("once", "--json"))["cards"]
    assert (cards["published"], cards["withdrawn"], cards["unchanged"]) == (0, 0, first["cards"]["published"])


def test_import_of_a_region_tells_of_that_region(hjv: Command, first: dict[str, Any]) -> None:
    (done,) = told(hjv("import", "hsa", "--region", "12", "--json"))["imports"]
    assert (done["scope"], list(done["regions"])[-1]) == ("12-skane", "12-skane")


def test_refresh_of_a_changed_unit_publishes_its_card(hjv: Command, nation: list[Expectation]) -> None:
    unit = next(unit.hsa_id for unit in nation if unit.verdict == "visible" and unit.dirt is None)
    hjv("sandbox", "change", unit, "--set", "mail=ny@vard.example")
    assert told(hjv("refresh", unit.lower(), "--json"))["cards"]["published"] == 1


def test_explain_gives_the_fixed_json(hjv: Command, nation: list[Expectation]) -> None:
    unit = next(unit for unit in nation if unit.verdict == "hidden" and unit.dirt)
    explanation = told(hjv("explain", unit.hsa_id, "--json"))
    assert explanation["visible"] is False
    assert set(explanation["rules"][0]) >= {"rule", "passed", "value", "source", "mend"}
    assert set(explanation["sources"][0]) >= {"source", "as_of", "fetched_at", "age_seconds", "run_id"}


def test_explain_reads_well_too(hjv: Command, nation: list[Expectation]) -> None:
    unit = next(unit for unit in nation if "coordinates" in unit.failed_rules and unit.dirt)
    assert "coordinates" in hjv("explain", unit.hsa_id).stdout


def test_a_source_that_fails_is_told_in_words_and_keeps_what_it_had(hjv: Command, first: dict[str, Any]) -> None:
    hjv("sandbox", "break", "hsa_file", "truncated")
    failed = hjv("import", "hsa", "--json")
    hjv("sandbox", "mend")
    outcome = json.loads(failed.stdout)
    assert failed.returncode == 1
    assert "HSA's file" in outcome["imports"][0]["failures"][0]["error"]
    assert (outcome["cards"]["withdrawn"], outcome["cards"]["visible"]) == (0, first["cards"]["visible"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("import", "nosuch"), "There is no source 'nosuch'"),
        (("import", "hsa", "--region", "99"), "There is no region '99'"),
        (("refresh", "nonsense"), "'nonsense' is not an HSA-id"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(
    hjv: Command, first: dict[str, Any], arguments: tuple[str, ...], sentence: str
) -> None:
    failed = hjv(*arguments)
    assert failed.returncode == 1
    assert sentence in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_folder_that_cannot_be_used_is_told_in_one_line(hjv: Command, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    failed = hjv("sandbox", "break", "hsa_unit", "forbidden", HJV_DATA_DIR=str(tmp_path / "file" / "data"))
    assert failed.returncode == 1
    assert "set HJV_DATA_DIR to yours" in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("arguments", [("import",), ("refresh",), ("nosuch",), ("once", "--size", "huge")])
def test_wrong_usage_is_exit_2(hjv: Command, arguments: tuple[str, ...]) -> None:
    assert hjv(*arguments).returncode == 2


@pytest.mark.parametrize("arguments", [("explain", "SE2321000016-1"), ("import", "hsa")])
def test_an_unreachable_database_is_told_in_one_line(
    hjv: Command, first: dict[str, Any], arguments: tuple[str, ...]
) -> None:
    failed = hjv(*arguments, HJV_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert failed.returncode == 1
    assert "database" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_an_empty_database_is_told_with_what_to_do(hjv: Command, database_server: str) -> None:
    with temporary_database(database_server) as url:
        assert "run `hjv up` or `hjv once`" in hjv("explain", "SE2321000016-1", HJV_DATABASE_URL=url).stderr


def test_doctor_tells_what_is_wrong_and_what_to_do(hjv: Command, first: dict[str, Any]) -> None:
    examined = hjv("doctor", "--json", HJV_SOURCES="live")
    by_subject = {finding["subject"]: finding for finding in json.loads(examined.stdout)}
    assert examined.returncode == 1
    assert by_subject["database"]["well"]
    assert "HJV_ESERVICES_URL" in by_subject["eservices"]["remedy"]


def told(process: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the JSON that a command printed."""
    assert process.returncode == 0, process.stderr
    answer: dict[str, Any] = json.loads(process.stdout)
    return answer
