"""A region's report can be sent as it is: it stands alone, says who mends what since when, and gives nothing away."""

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest

from hjv_pipelines.findings.rendering import as_csv, as_html, forget_reports, write_report
from hjv_pipelines.findings.report import RegionReport, report_of
from hjv_pipelines.sources.source import Finding, Refusal, Scope, Snapshot, UnitDocument
from hjv_pipelines.store.ledger import begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines_tests.store.told import MORNING, RUN, unit

STOCKHOLM, SKANE = "01-stockholm", "12-skane"
CLINIC, OTHER = "SE2321000016-A", "SE2321000016-B"
HOSTILE = "<script>alert(1)</script>"
BAD_HOURS = Finding(field="surgeryHour", rule="time_span_syntax", value=HOSTILE, mend="Write the hours again.")
BAD_MAIL = Finding(field="mail", rule="mail_syntax", value="=1+1", mend="Write one address.")
NO_NAME = Finding(field="unitName", rule="name_missing", value="", mend="Write a name.")


@pytest.fixture
def report(connection: psycopg.Connection) -> RegionReport:
    """Give the report of Skåne: two units of HSA's with three faults, a refused record, and a unit in KKA."""
    for day in range(2):
        told(
            connection,
            "hsa",
            day,
            UnitDocument(CLINIC, SKANE, unit(CLINIC, SKANE, "one"), (BAD_HOURS, BAD_MAIL)),
            UnitDocument(OTHER, SKANE, unit(OTHER, SKANE, "two"), (BAD_HOURS,)),
            Refusal(None, "record 512", (NO_NAME,)),
        )
    elsewhere = Finding(field="hsaId", rule="unit_not_marked", value=OTHER, mend="Mark it.")
    told(connection, "vaccinera", 0, Refusal(CLINIC, "vaccinations 1", (elsewhere,)))
    return report_of(connection, SKANE, MORNING + timedelta(days=1))


def told(connection: psycopg.Connection, source: str, day: int, *records: UnitDocument | Refusal) -> None:
    as_of, scope = MORNING + timedelta(days=day), Scope(regions=(SKANE,))
    import_id = begin_import(connection, source, scope, RUN, as_of)
    merge(connection, Snapshot(source, scope, as_of, as_of, iter(records)), import_id, lambda: as_of)


def lines(report: RegionReport) -> Iterator[dict[str, str]]:
    return csv.DictReader(StringIO(as_csv(report)), delimiter=";")


def test_findings_stand_by_who_can_mend_them(report: RegionReport) -> None:
    assert [(task.mender, task.number) for task in report.tasks] == [
        ("regionens HSA-administratör, i HSA Admin", 4),
        ("mottagningen, i Vaccinera", 1),
    ]
    assert (report.number, report.units) == (5, 2)


def test_the_most_frequent_fault_comes_first(report: RegionReport) -> None:
    assert [fault.rule for fault in report.tasks[0].faults] == ["time_span_syntax", "mail_syntax", "name_missing"]


def test_the_page_says_what_is_wrong_where_since_when_and_how_it_is_mended(report: RegionReport) -> None:
    page = as_html(report)
    for text in ("Skåne", "Vårdcentralen one", CLINIC, "Öppettider", "Tiden går inte att läsa", "Så rättas det:"):
        assert text in page
    for text in ("2026-11-23", "2026-11-24", "record 512", "posten används inte", "utan HSA-id"):
        assert text in page


def test_the_page_stands_alone_and_runs_nothing(report: RegionReport) -> None:
    """Trap 28: what a source wrote is text."""
    page = as_html(report)
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"<(script|link|img|iframe)|https?://|url\(", page)


def test_the_table_has_a_line_for_each_finding(report: RegionReport) -> None:
    told = list(lines(report))
    assert len(told) == report.number
    (mail,) = (line for line in told if line["Regel"] == "mail_syntax")
    assert (mail["Enhet"], mail["HSA-id"], mail["Sedan"], mail["Senast sedd"], mail["Gånger sedd"]) == (
        "Vårdcentralen one",
        CLINIC,
        "2026-11-23",
        "2026-11-24",
        "2",
    )


def test_no_spreadsheet_takes_a_value_for_a_formula(report: RegionReport) -> None:
    (mail,) = (line for line in lines(report) if line["Regel"] == "mail_syntax")
    assert mail["Värde"] == "'=1+1"


def test_a_region_with_nothing_to_mend_says_so(connection: psycopg.Connection) -> None:
    assert "Inget att rätta" in as_html(report_of(connection, STOCKHOLM, MORNING))


def test_a_day_has_one_report_and_old_ones_go(report: RegionReport, tmp_path: Path) -> None:
    written = write_report(report, tmp_path)
    assert write_report(report, tmp_path) == written
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "anmarkningar-12-skane-2026-11-24.csv",
        "anmarkningar-12-skane-2026-11-24.html",
    ]
    assert written.csv.read_bytes().startswith(b"\xef\xbb\xbf")
    assert (forget_reports(tmp_path, date(2026, 11, 24)), forget_reports(tmp_path, date(2026, 11, 25))) == (0, 2)
    assert list(tmp_path.iterdir()) == []
