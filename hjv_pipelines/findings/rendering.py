"""A region's report as files: one page of HTML that needs nothing else, and a table (CSV) for spreadsheets.

Here: their form, their names, and how long they are kept. Not here: what they say (`report.py`, `words.py`).
"""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path

from hjv_pipelines.findings.report import RegionReport
from hjv_pipelines.findings.words import source_title
from hjv_pipelines.timetable import STOCKHOLM

_HEAD = (
    "Vem rättar", "Enhet", "HSA-id", "Källa", "Fält", "Värde", "Vad är fel", "Så rättas det", "Sedan", "Senast sedd",
    "Gånger sedd", "Posten används inte", "Plats i underlaget", "Regel",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """Where a report stands."""

    html: Path
    csv: Path


def as_html(report: RegionReport) -> str:
    """Return the report as a page that can be sent and printed: it names no other file and runs no script."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("hjv_pipelines.findings"),
        autoescape=True,  # whatever a source wrote is text, never markup (trap 28)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": _day, "minute": _minute, "source_name": source_title}
    return environment.get_template("report.html").render(report=report)


def as_csv(report: RegionReport) -> str:
    """Return the report as a table, a line a finding, as Swedish spreadsheets read it (semicolons)."""
    out = StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(_HEAD)
    for task in report.tasks:
        for fault in task.faults:
            for one in fault.found:
                finding = one.finding
                told = (
                    task.mender, one.name, finding.hsa_id, source_title(finding.source), one.field, finding.value,
                    fault.words.what, fault.words.how, _day(finding.first_seen), _day(finding.last_seen),
                    str(finding.times), "ja" if finding.refused else "nej", finding.place, finding.rule,
                )  # fmt: skip
                table.writerow([_harmless(cell) for cell in told])
    return out.getvalue()


def write_report(report: RegionReport, folder: Path) -> WrittenReport:
    """Write both files of a region's report into `folder`, named by region and Swedish date; a day has one."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"anmarkningar-{report.region.key}-{_day(report.made_at)}"
    written = WrittenReport(folder / f"{name}.html", folder / f"{name}.csv")
    written.html.write_text(as_html(report), encoding="utf-8")
    written.csv.write_text(as_csv(report), encoding="utf-8-sig")
    return written


def forget_reports(folder: Path, before: date) -> int:
    """Remove the reports in `folder` of days before `before`; return how many files went."""
    old = [path for path in folder.glob("anmarkningar-*-????-??-??.*") if path.stem[-10:] < before.isoformat()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d}"


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
