"""Promises of `hjv sandbox publish-text`, `publish-shared-text`, `withdraw-texts`: an editor's work, told as JSON."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hjv_pipelines.failures import HjvError
from hjv_pipelines.sandbox.command import sandbox
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines_tests.sandbox.tiny import NOON


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a small nation."""
    made = tmp_path_factory.mktemp("nation")
    create_nation(made, "small", now=NOON)
    return made


def run(folder: Path, *words: str) -> dict[str, Any]:
    """Return the JSON that a command prints; raise what the `hjv` command would tell in one line."""
    result = CliRunner().invoke(sandbox, [*words, "--folder", str(folder)])
    if isinstance(result.exception, HjvError):
        raise result.exception
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def content(folder: Path, hsa_id: str) -> dict[str, Any]:
    """Return what KKA has of a unit now."""
    found = dict(open_nation(folder).declared("kka", datetime.now(UTC)))[hsa_id]
    assert isinstance(found, dict)
    return found


def test_publish_shared_text_tells_which_units_show_it(folder: Path) -> None:
    """Trap 33: whoever notifies needs their HSA-ids."""
    told = run(folder, "publish-shared-text", "--region", "12", "--heading", "Nya avgifter")
    assert (told["id"], told["heading"]) == ("12-1", "Nya avgifter")
    assert len(told["hsaIds"]) > 10
    for hsa_id in told["hsaIds"]:
        assert {"shared": "12-1"} in content(folder, hsa_id)["texts"]


def test_publish_text_and_withdraw_texts_change_one_unit(folder: Path) -> None:
    hsa_id = next(unit.key for unit in open_nation(folder).units(NOON))
    told = run(folder, "publish-text", hsa_id.lower(), "--heading", "Stängt idag")
    assert told == {"id": "sandbox", "heading": "Stängt idag", "hsaIds": [hsa_id]}
    assert content(folder, hsa_id)["state"] == "published"
    assert "Stängt idag" in {text.get("heading") for text in content(folder, hsa_id)["texts"]}
    assert run(folder, "withdraw-texts", hsa_id) == {"hsaIds": [hsa_id]}
    assert content(folder, hsa_id)["state"] == "saved"


def test_what_is_not_there_is_told_with_what_to_do(folder: Path) -> None:
    with pytest.raises(HjvError, match="hjv sandbox dirty"):
        run(folder, "publish-text", "SE0-X")
    with pytest.raises(HjvError, match="hjv sandbox publish-text"):
        run(folder, "withdraw-texts", "SE0-X")
    with pytest.raises(HjvError, match="12-skane"):
        run(folder, "publish-shared-text", "--region", "17")
