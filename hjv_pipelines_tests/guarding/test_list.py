"""`hjv guard list` tells all that holds back or went wrong: holds, what stands held since a revert, warnings.

What stands held is let go by `hjv guard release`, region by region or all at once.
"""

import json
from datetime import timedelta

import psycopg
import pytest
from typer.testing import CliRunner

from hjv_pipelines.cli import app
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.store.ledger import Run
from hjv_pipelines.store.revert import Revert, put_back
from hjv_pipelines_tests.store.guard.held import SKANE, tell_region
from hjv_pipelines_tests.store.told import MORNING, RUN


@pytest.fixture
def troubled(connection: psycopg.Connection, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Skåne stand held since a revert, hold an import of it back, and warn of that import."""
    monkeypatch.setenv("HJV_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "300")
    tell_region(connection, 0, 40)
    with connection.transaction():
        revert = Revert(RUN.run_id, "Karin", "A bad file.")
        put_back(connection, revert, Run("revert", "revert"), lambda: MORNING + timedelta(hours=1))
    tell_region(connection, 1, 40)
    connection.execute(
        "UPDATE hjv.imports SET warnings = '{its raw inputs are not kept: no space}' WHERE hsa_ids = '{}'"
    )


@pytest.mark.usefixtures("troubled")
def test_programs_are_told_of_holds_of_what_stands_held_and_of_warnings() -> None:
    told = json.loads(CliRunner().invoke(app, ["guard", "list", "--json"], catch_exceptions=False).output)
    assert [(hold["source"], hold["region"]) for hold in told["held"]] == [("hsa", SKANE)]
    assert [(one["region"], one["reverted_by"], one["reason"]) for one in told["standing"]] == [
        (SKANE, "Karin", "A bad file.")
    ]
    assert [one["warnings"] for one in told["warnings"]] == [["its raw inputs are not kept: no space"]]


@pytest.mark.usefixtures("troubled")
def test_people_are_told_the_same() -> None:
    told = CliRunner().invoke(app, ["guard", "list"], catch_exceptions=False).output
    assert "Held back since a revert" in told
    assert f"hsa, {SKANE}: its raw inputs are not kept: no space" in told


@pytest.mark.usefixtures("troubled")
@pytest.mark.parametrize("named", [[], ["--region", "12"]], ids=["all regions", "one region"])
def test_what_stands_held_is_let_go(named: list[str]) -> None:
    words = ["guard", "release", "hsa", *named, "--why", "HSA mended it.", "--by", "Karin"]
    assert f"hsa in {SKANE} is judged as usual again" in CliRunner().invoke(app, words, catch_exceptions=False).output
    assert json.loads(CliRunner().invoke(app, ["guard", "list", "--json"]).output)["standing"] == []
    with pytest.raises(PermanentError, match="No revert holds back hsa"):
        CliRunner().invoke(app, words, catch_exceptions=False)
