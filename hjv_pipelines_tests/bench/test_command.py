"""Promised: `hjv bench` measures the parts that it is asked for and keeps figures; a part that fails costs no other."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from hjv_pipelines.bench import parts
from hjv_pipelines.bench.figure import Figure
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.cli import app
from hjv_pipelines.failures import HjvError

KEYS = {"name", "value", "unit", "floor", "ratio", "aim", "met"}
QUICK = ["--size", "small", "--rounds", "1", "--json"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_quick_look_gives_figures_beside_floors() -> None:
    done = CliRunner().invoke(app, ["bench", "hsa_file", "store", "cards", *QUICK])
    assert done.exit_code == 0, done.output
    rows = orjson.loads(Path("build/bench.json").read_bytes())
    assert {row["part"] for row in rows} == {"hsa_file", "store", "cards"}
    for row in rows:
        assert set(row) >= KEYS
        assert row["value"] > 0
        assert row["floor"] > 0
        assert row["met"] in {True, False, None}


def test_a_quick_look_at_what_is_told_shows_what_each_step_of_it_takes() -> None:
    done = CliRunner().invoke(app, ["bench", "receiver", "inbox", *QUICK])
    assert done.exit_code == 0, done.output
    rows = orjson.loads(Path("build/bench.json").read_bytes())
    assert {row["part"] for row in rows} == {"receiver", "inbox"}
    assert all(row["value"] > 0 for row in rows)
    assert all(row["floor"] > 0 for row in rows if row["part"] == "receiver")


def test_what_takes_an_hour_is_measured_only_when_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PARTS", {"good": _good, "tenfold": _bad})
    assert CliRunner().invoke(app, ["bench", *QUICK]).exit_code == 0
    assert isinstance(CliRunner().invoke(app, ["bench", "tenfold", *QUICK]).exception, HjvError)


def _good(_workshop: Workshop) -> Iterator[Figure]:
    yield Figure("good", 1.0, "s")


def _bad(_workshop: Workshop) -> Iterator[Figure]:
    yield Figure("before it fails", 1.0, "s")
    raise HjvError("out of luck")


def test_a_part_that_fails_costs_no_other_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PARTS", {"bad": _bad, "good": _good})
    done = CliRunner().invoke(app, ["bench", *QUICK])
    assert isinstance(done.exception, HjvError)
    assert str(done.exception) == "bad was not measured to its end: HjvError: out of luck"
    assert [row["name"] for row in orjson.loads(Path("build/bench.json").read_bytes())] == ["before it fails", "good"]


def test_a_part_measured_again_takes_the_place_of_its_own_figures_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PARTS", {"one": _good, "other": _good})
    for names in ([], ["other"]):
        assert CliRunner().invoke(app, ["bench", *names, *QUICK]).exit_code == 0
    assert [row["part"] for row in orjson.loads(Path("build/bench.json").read_bytes())] == ["one", "other"]


def test_a_part_that_does_not_exist_is_wrong_usage() -> None:
    done = CliRunner().invoke(app, ["bench", "everything"])
    assert done.exit_code == 2
    assert "hsa_file" in done.output
