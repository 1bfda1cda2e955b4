"""The doctor sees a store that is not whole and clocks that differ, and says what to do."""

from datetime import datetime, timedelta

import psycopg
import pytest
from pydantic import SecretStr

from hjv_pipelines.examination import doctor
from hjv_pipelines.examination.examined import Examined
from hjv_pipelines.settings import Settings
from hjv_pipelines_tests.store.told import UNITS, Told, tell

A, *_ = UNITS


def examined(database_url: str, subject: str) -> Examined:
    """Return what the doctor says of `subject`."""
    settings = Settings.model_validate({"database_url": SecretStr(database_url), "sources": "live"})
    (found,) = (one for one in doctor.examine(settings) if one.subject == subject)
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
