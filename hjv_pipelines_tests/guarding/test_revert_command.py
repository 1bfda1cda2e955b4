"""`hjv revert` says what goes back, and what is held back afterwards; `--dry-run` says the same and does nothing."""

import psycopg
import pytest
from typer.testing import CliRunner

from hjv_pipelines.cli import app
from hjv_pipelines_tests.store.guard.held import SKANE, held_units, tell_region
from hjv_pipelines_tests.store.told import RUN


def reverted(*words: str) -> str:
    """Return what `hjv revert` of the run says, as people read it."""
    asked = ["revert", RUN.run_id, "--source", "hsa", "--why", "A bad file.", *words]
    return CliRunner().invoke(app, asked, catch_exceptions=False).output


def test_a_revert_says_what_it_does_and_a_dry_run_the_same(
    connection: psycopg.Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HJV_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "300")
    tell_region(connection, 0, 40)
    looked = reverted("--dry-run")
    assert held_units(connection) == 40
    assert reverted() == looked
    assert held_units(connection) == 0
    for words in ("40 units go back", "0 added, 0 changed, 40 removed", f"held back in {SKANE}"):
        assert words in looked
    assert "hjv guard release hsa [--region …] --why …" in looked


def test_a_revert_that_was_done_has_nothing_to_do_again(
    connection: psycopg.Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HJV_DATABASE_URL", database_url)
    tell_region(connection, 0, 40)
    reverted()
    assert reverted().startswith("Nothing stands any more")
