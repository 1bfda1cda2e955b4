"""`hjv timetable`: every import with its times, and when each region was last told of whole."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from rich.console import Console
from typer.testing import CliRunner

from hjv_pipelines.cli import app
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.reports.timetable import known_imports, print_timetable, scheduled_imports
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.ledger import LastComplete
from hjv_pipelines.timetable import TIMETABLE
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""Noon in Sweden."""

SKANE = LastComplete("waiting_times_skane", "12-skane", NOW - timedelta(hours=11), NOW - timedelta(hours=10))


def told(*complete: LastComplete, settings: Settings | None = None) -> dict[str, dict[str, Any]]:
    imports = scheduled_imports(settings or Settings(), complete, NOW)
    return {scheduled.row.source: scheduled.as_dict(NOW) for scheduled in imports}


def test_every_import_is_told_in_the_order_of_the_timetable() -> None:
    assert list(told()) == [*(row.source for row in TIMETABLE), "kka_unit_register"]


def test_kkas_import_is_told_as_kkas() -> None:
    importers = {name: row["importer"] for name, row in told().items()}
    assert {name for name, importer in importers.items() if importer == "KKA"} == {"kka_unit_register"}
    assert told()["kka_unit_register"]["times"] == ["11:30", "15:30", "23:30"]


def test_an_import_is_told_with_its_times_and_its_schedule() -> None:
    hsa = told()["hsa"]
    assert {name: hsa[name] for name in ("source", "times", "schedule", "cron", "timezone", "expected_minutes")} == {
        "source": "hsa",
        "times": ["11:30", "15:30", "22:30"],
        "schedule": "hsa_timetable",
        "cron": "30 11,15,22 * * *",
        "timezone": "Europe/Stockholm",
        "expected_minutes": 10,
    }
    assert hsa["next"] == "2026-11-23T15:30:00+01:00"


def test_an_import_is_told_with_the_sources_of_the_same_run() -> None:
    listing = told()["listing"]["together"]
    assert listing == {"01:00": ["patient_survey", "waiting_times", "waiting_times_skane"]}
    eservices = told()["eservices"]["together"]
    assert list(eservices) == ["23:00"]
    assert {"offerings", "vaccinera"} <= set(eservices["23:00"])


def test_a_region_is_told_of_with_its_last_complete_import_and_its_age() -> None:
    assert told(SKANE)["waiting_times_skane"]["regions"] == {
        "12-skane": {
            "imported_at": "2026-11-23T01:00:00+00:00",
            "as_of": "2026-11-23T00:00:00+00:00",
            "age_seconds": 11 * 3600,
        }
    }


def test_a_region_that_was_never_told_of_has_none() -> None:
    assert told(SKANE)["hsa"]["regions"] == dict.fromkeys(REGION_KEYS)


def test_a_source_that_is_off_says_what_to_set() -> None:
    off = told(settings=Settings(sources="live"))["waiting_times"]
    assert off["missing_settings"] == ["HJV_WAITING_TIMES_URL"]


def page() -> list[str]:
    """Return the lines that a person reads on a terminal of the usual 80 columns."""
    written = StringIO()
    print_timetable(Console(file=written, width=80), scheduled_imports(Settings(), [SKANE], NOW), NOW)
    return written.getvalue().splitlines()


def test_people_read_it_as_a_table() -> None:
    lines = page()
    assert any("7" in line and " hsa " in line and "11:30, 15:30, 22:30" in line for line in lines)
    assert any("waiting_times_skane" in line and "1 of 1" in line for line in lines)
    assert any("12-skane" in line and "10 h" in line and "never" in line for line in lines)


def test_people_see_what_is_imported_in_the_same_run() -> None:
    assert "01:00  listing, patient_survey, waiting_times, waiting_times_skane" in page()


def test_every_row_stands_in_one_line_of_eighty_columns() -> None:
    lines = page()
    assert "…" not in "".join(lines)
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith("│") for line in lines) == len(TIMETABLE) + 1
    assert all(sum(line.startswith(region) for line in lines) == 1 for region in REGION_KEYS)


def test_before_the_first_import_no_database_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HJV_DATABASE_URL", raising=False)
    monkeypatch.setenv("HJV_DATA_DIR", str(tmp_path))
    done = CliRunner().invoke(app, ["timetable", "--json"])
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)) == len(TIMETABLE) + 1
    assert "hjv once" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_asked_is_told_and_the_timetable_stands(tmp_path: Path) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path, "database_url": "postgresql://nobody@127.0.0.1:1/none"})
    complete, why = known_imports(settings)
    assert complete == []
    assert "does not answer" in why


def test_a_refresh_and_another_region_do_not_make_a_region_look_imported(tmp_path: Path, database_url: str) -> None:
    """Rule 8: complete imports alone count."""
    with served_nation(tmp_path) as asking:
        settings = asking.model_copy(update={"database_url": SecretStr(database_url)})
        flow = pipeline(settings, database_url)
        flow.import_source("waiting_times", Scope(regions=("12-skane",)), RUN)
        flow.import_source("waiting_times", Scope(hsa_ids=("SE2321000016-A",)), RUN)
        flow.import_source("waiting_times_skane", Scope(regions=("01-stockholm",)), RUN)
        complete, why = known_imports(settings)
    assert why == ""
    assert [(last.source, last.region) for last in complete] == [("waiting_times", "12-skane")]
