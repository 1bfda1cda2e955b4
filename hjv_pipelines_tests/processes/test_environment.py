"""Promised: every process is told the same settings and the same database, and nothing that it would misread."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from hjv_pipelines.processes.environment import environment
from hjv_pipelines.settings import Settings

EMBEDDED = "postgresql://postgres:@/postgres?host=/data/postgres"


def test_settings_are_read_back_as_they_were(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        sources="live",
        hsa_file_url="https://hsa.example/hsaunits.zip?a=1&b=%20",
        eservices_calls_per_second=2.5,
        business_code_required_in=("12-skane", "01-stockholm"),
        ui_port=3333,
        database_url=SecretStr("postgresql://hjv:secret@db.example/hjv"),
    )
    for name, value in environment(settings, "postgresql://hjv:secret@db.example/hjv").items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings


def test_no_process_shows_the_database_s_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    url = "postgresql://hjv:secret@db.example/hjv"
    for name, value in environment(Settings(data_dir=tmp_path), url).items():
        monkeypatch.setenv(name, value)
    assert "secret@" not in repr(Settings())


def test_dagster_and_celery_use_the_same_database(tmp_path: Path) -> None:
    told = environment(Settings(data_dir=tmp_path), EMBEDDED)
    address = EMBEDDED.removeprefix("postgresql://")
    assert told["HJV_DATABASE_URL"] == EMBEDDED
    assert told["HJV_DAGSTER_DATABASE_URL"] == EMBEDDED
    assert told["HJV_CELERY_BROKER"] == f"sqla+postgresql+psycopg2://{address}"
    assert told["HJV_CELERY_BACKEND"] == f"db+postgresql+psycopg2://{address}"


def test_a_database_address_of_the_short_scheme_is_understood_by_all(tmp_path: Path) -> None:
    told = environment(Settings(data_dir=tmp_path), "postgres://hjv@db.example/hjv")
    assert told["HJV_DAGSTER_DATABASE_URL"] == "postgresql://hjv@db.example/hjv"


def test_a_relative_data_folder_is_told_as_an_absolute_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = environment(Settings(data_dir=Path("data")), EMBEDDED)
    assert told["HJV_DATA_DIR"] == str(tmp_path / "data")
    assert told["DAGSTER_HOME"] == str(tmp_path / "data" / "dagster")


def test_nobody_outside_is_told_anything(tmp_path: Path) -> None:
    assert environment(Settings(data_dir=tmp_path), EMBEDDED)["DAGSTER_DISABLE_TELEMETRY"]
