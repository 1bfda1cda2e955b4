"""The doctor sees what is wrong with an installation itself, and says what to do."""

from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from hjv_pipelines.examination import doctor
from hjv_pipelines.examination.examined import Examined
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.store.told import UNITS, Told, tell

A, *_ = UNITS
NOWHERE = SecretStr("postgresql://hjv:s3cret@127.0.0.1:1/hjv")


def examined(database_url: str, subject: str) -> Examined:
    """Return what the doctor says of `subject`."""
    return looked_at(subject, database_url=SecretStr(database_url))


def looked_at(subject: str, **settings: object) -> Examined:
    """Return what the doctor says of `subject` with these settings; by themselves live, and with no database."""
    chosen = Settings.model_validate({"sources": "live", "database_url": NOWHERE, **settings})
    (found,) = (one for one in doctor.examine(chosen) if one.subject == subject)
    return found


def test_a_store_that_is_whole_is_well(connection: psycopg.Connection, database_url: str) -> None:
    tell(connection, Told(0, {A: ("12-skane", "one")}, ("12-skane",)))
    assert examined(database_url, "store").well


def test_a_body_that_is_gone_is_seen(connection: psycopg.Connection, database_url: str) -> None:
    tell(connection, Told(0, {A: ("12-skane", "one")}, ("12-skane",)))
    connection.execute("DELETE FROM hjv.contents")
    found = examined(database_url, "store")
    assert not found.well
    assert "documents.content_hash" in found.seen
    assert found.remedy


def test_clocks_that_differ_are_seen(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Ahead(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "datetime":  # type: ignore[override]
            return datetime.now(tz) + timedelta(minutes=1)  # type: ignore[arg-type]

    assert examined(database_url, "clock").well
    monkeypatch.setattr(doctor, "datetime", Ahead)
    assert "NTP" in examined(database_url, "clock").remedy


def test_a_folder_that_cannot_be_used_is_seen(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = looked_at("data folder", data_dir=tmp_path / "file")
    assert (found.well, found.remedy) == (False, "Set HJV_DATA_DIR.")


def test_a_disk_that_fills_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked_at("disk", data_dir=tmp_path).remedy == ""
    monkeypatch.setattr(doctor, "ENOUGH_BYTES", 1024**6)
    found = looked_at("disk", data_dir=tmp_path)
    assert not found.well
    assert "HJV_DATA_DIR" in found.remedy


def test_a_database_that_does_not_answer_is_seen_and_costs_no_other_check(tmp_path: Path) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path, "sources": "live", "database_url": NOWHERE})
    found = {one.subject: one for one in doctor.examine(settings)}
    assert "HJV_DATABASE_URL" in found["database"].remedy
    assert "s3cret" not in f"{found}"
    assert not any(found[subject].well for subject in ("database", "clock", "store", "workers"))
    assert found["data folder"].well


@pytest.mark.parametrize(
    "address", ["http://hjv:s3cret@127.0.0.1:1/x?key=s3cret", "http://hjv:s3cret@127.0.0.1:nope/", "s3cret://x"]
)
def test_no_address_is_told_with_what_is_secret_in_it(address: str, tmp_path: Path) -> None:
    addresses = {setting: address for one in REGISTRATIONS.values() for setting in one.addresses}
    settings = Settings.model_validate({"data_dir": tmp_path, "sources": "live", "database_url": NOWHERE, **addresses})
    found = {one.subject: one for one in doctor.examine(settings)}
    assert not any(found[setting.removesuffix("_url")].well for setting in addresses)
    assert "s3cret@" not in f"{found}"
    assert "key=s3cret" not in f"{found}"


def test_an_empty_database_is_seen(database_server: str, tmp_path: Path) -> None:
    with temporary_database(database_server) as url:
        found = looked_at("database", data_dir=tmp_path, database_url=SecretStr(url))
    assert not found.well
    assert "hjv up" in found.remedy


def test_certificates_that_are_not_there_are_seen(tmp_path: Path) -> None:
    missing = looked_at("certificates", data_dir=tmp_path, client_certificate=tmp_path / "none.pem")
    assert not missing.well
    assert "none.pem" in missing.seen
    assert "HJV_CLIENT_CERTIFICATE" in looked_at("certificates", data_dir=tmp_path).remedy
    assert looked_at("certificates", data_dir=tmp_path, sources="sandbox").well
