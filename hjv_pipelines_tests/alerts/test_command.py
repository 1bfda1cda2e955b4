"""`hjv alerts list`, run as a person runs it; `hjv doctor` watches the certificate as the sensor does."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import trustme

from hjv_pipelines.alerts.cause import KINDS
from hjv_pipelines.alerts.telling import tell
from hjv_pipelines_tests.alerts.causes import a_cause, at

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hjv(database_url: str, tmp_path: Path) -> Command:
    """Give `hjv` over the test's database."""
    environment = {**os.environ, "HJV_DATABASE_URL": database_url, "HJV_DATA_DIR": str(tmp_path), "COLUMNS": "200"}

    def run(*arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-m", "hjv_pipelines.cli", *arguments)
        return subprocess.run(command, env={**environment, **changed}, capture_output=True, text=True, check=False)

    return run


def test_it_says_when_nobody_looks(hjv: Command) -> None:
    """Silence is no news only where somebody looks."""
    said = hjv("alerts", "list").stdout
    assert "Nothing is wrong that is known." in said
    assert "Nobody has looked ever" in said


def test_it_shows_what_is_wrong_and_what_waits(hjv: Command, connection: psycopg.Connection) -> None:
    now = datetime.now(UTC)
    tell(connection, [a_cause("[red]hsa")], KINDS, ["mail"], now)
    said = hjv("alerts", "list").stdout
    assert "[red]hsa is late: one." in said
    assert "1 messages wait for mail" in said
    assert "Nobody has looked" not in said

    told = json.loads(hjv("alerts", "list", "--json").stdout)
    assert [alert["kind"] for alert in told["alerts"]] == ["late_import"]
    assert told["waiting"][0]["channel"] == "mail"
    assert datetime.fromisoformat(told["looked_at"]) == now


def test_resolved_ones_are_shown_when_asked_for(hjv: Command, connection: psycopg.Connection) -> None:
    tell(connection, [a_cause()], KINDS, [], at(0))
    tell(connection, [], KINDS, [], at(1))
    assert json.loads(hjv("alerts", "list", "--json").stdout)["alerts"] == []
    (over,) = json.loads(hjv("alerts", "list", "--all", "--json").stdout)["alerts"]
    assert over["resolved_at"]


@pytest.mark.parametrize(("days", "well"), [(60, True), (20, False), (-1, False)])
def test_the_doctor_sees_when_our_certificate_expires(hjv: Command, tmp_path: Path, days: int, *, well: bool) -> None:
    expires = datetime.now(UTC) + timedelta(days=days)
    leaf = trustme.CA().issue_cert("hjv", not_before=expires - timedelta(days=99), not_after=expires)
    leaf.private_key_and_cert_chain_pem.write_to_path(tmp_path / "ours.pem")
    said = hjv("doctor", "--json", HJV_CLIENT_CERTIFICATE=str(tmp_path / "ours.pem")).stdout
    (seen,) = [one for one in json.loads(said) if one["subject"] == "certificates"]
    assert seen["well"] is well
    assert f"{expires:%Y-%m-%d}" in seen["seen"]
