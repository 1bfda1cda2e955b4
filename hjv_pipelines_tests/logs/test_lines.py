"""Promised: a line is one JSON object, says when, how bad, who, what and what about, and holds no secret."""

import json
import logging
from datetime import datetime, timedelta

import pytest

from hjv_pipelines.logs.about import about, only
from hjv_pipelines.logs.lines import JsonLines
from hjv_pipelines.logs.secrets import SECRET_NAME
from hjv_pipelines.settings import Settings
from hjv_pipelines_tests.logs.written import written_by
from hjv_pipelines_tests.test_secrets import SECRETS

LOG = logging.getLogger("hjv_pipelines.test")


def line(message: str, *arguments: object, error: bool = False) -> dict[str, str]:
    """Return the only line that a warning becomes."""
    with written_by(LOG.name) as written:
        LOG.warning(message, *arguments, exc_info=error)
    (told,) = written.lines()
    return told


def test_a_line_says_when_how_bad_who_and_what() -> None:
    told = line("Try %d failed:\n%s", 2, "Åsa")
    assert datetime.fromisoformat(told.pop("time")).utcoffset() == timedelta(0)
    assert told == {"level": "WARNING", "logger": LOG.name, "message": "Try 2 failed:\nÅsa"}


def test_what_is_no_unicode_can_be_written_all_the_same() -> None:
    record = logging.makeLogRecord({"msg": "No file \udcff"})
    assert json.loads(JsonLines().format(record).encode())["message"] == "No file \udcff"


def test_a_line_says_what_it_is_about_while_that_lasts() -> None:
    with about(run_id="r", source="hsa", region=only(("12-skane",))):
        with about(region="01-stockholm", unit=only(("A", "B"))):
            inner = line("inside")
        outer = line("outside")
    subjects = [{name: told.get(name) for name in ("run_id", "source", "region", "unit")} for told in (inner, outer)]
    assert subjects == [
        {"run_id": "r", "source": "hsa", "region": "01-stockholm", "unit": None},
        {"run_id": "r", "source": "hsa", "region": "12-skane", "unit": None},
    ]
    assert "source" not in line("afterwards")


def test_an_error_is_part_of_its_line() -> None:
    try:
        int("broken")
    except ValueError:
        told = line("It failed.", error=True)
    assert told["error"].startswith("Traceback")
    assert "ValueError: invalid literal" in told["error"]


def test_what_dagster_knows_of_a_run_is_in_its_line() -> None:
    told = {"run_id": "4711", "job_name": "import_hsa", "step_key": "hsa_units", "orig_message": "Imported."}
    with written_by(LOG.name) as written:
        LOG.info("import_hsa - 4711 - Imported.", extra={"dagster_meta": told})
    (shown,) = written.lines()
    assert shown.items() >= {"message": "Imported.", "run_id": "4711", "job": "import_hsa", "step": "hsa_units"}.items()


@pytest.mark.parametrize("name", SECRETS)
def test_no_line_holds_a_secret_of_the_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SECRET_NAME.search(name.upper())
    monkeypatch.setenv(f"HJV_{name.upper()}", "s3cret-of-ours")
    assert line("Refused: %s", "s3cret-of-ours")["message"] == "Refused: ***"


def test_no_setting_that_is_no_secret_is_taken_for_one() -> None:
    assert {name for name in Settings.model_fields if SECRET_NAME.search(name.upper())} == set(SECRETS)


@pytest.mark.parametrize("text", ["postgresql://hjv:s3cret%21@db/hjv", "password s3cret%21", "password s3cret!"])
def test_no_line_holds_the_password_of_an_address(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJV_DATABASE_URL", "postgresql://hjv:s3cret%21@db/hjv")
    assert "s3cret" not in line(text)["message"]


def test_no_line_holds_the_password_of_an_address_that_nobody_knew() -> None:
    assert line("redis://:hush@broker/0 and https://u:hush@h")["message"] == "redis://:***@broker/0 and https://u:***@h"


def test_no_line_holds_a_consumers_token() -> None:
    assert line("Bearer %s", "hjv_" + 43 * "x")["message"] == "Bearer ***"


def test_no_traceback_holds_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJV_SMTP_PASSWORD", "s3cret-of-ours")
    try:
        int("s3cret-of-{}".format("ours"))
    except ValueError:
        told = line("It failed.", error=True)
    assert "s3cret-of-ours" not in told["error"]
