"""`hjv findings`: counted, listed and reported, for a person and for a program."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hjv_pipelines.cli import app
from hjv_pipelines.sources.source import Finding, Scope, Snapshot, UnitDocument
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.ledger import begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines_tests.store.told import MORNING, RUN, unit

CLINIC = "SE2321000016-A"
SKANE = "12-skane"
BAD_MAIL = Finding(field="mail", rule="mail_syntax", value="[not an address]", mend="Write one address.")


@pytest.fixture(autouse=True)
def store(database_url: str) -> Iterator[None]:
    """Give a store with one finding in Skåne."""
    scope = Scope(regions=(SKANE,))
    with connect(database_url) as connection, pytest.MonkeyPatch.context() as environment:
        environment.setenv("HJV_DATABASE_URL", database_url)
        environment.setenv("COLUMNS", "200")
        import_id = begin_import(connection, "hsa", scope, RUN, MORNING)
        records = iter([UnitDocument(CLINIC, SKANE, unit(CLINIC, SKANE, "one"), (BAD_MAIL,))])
        merge(connection, Snapshot("hsa", scope, MORNING, MORNING, records), import_id, lambda: MORNING)
        yield


def findings(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["findings", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_they_are_counted_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    shown = findings()
    assert "1 findings" in shown
    assert "mail_syntax" in shown
    assert "[not an address]" in shown


@pytest.mark.parametrize(
    ("choice", "number"),
    [
        (("--region", "12", "--source", "hsa", "--rule", "mail_syntax", "--unit", CLINIC.lower()), 1),
        (("--region", "01"), 0),
        (("--source", "kka"), 0),
        (("--rule", "uri_syntax"), 0),
        (("--unit", "SE2321000016-B"), 0),
    ],
)
def test_programs_get_those_that_were_asked_for(choice: tuple[str, ...], number: int) -> None:
    told = json.loads(findings(*choice, "--json"))
    assert (len(told["counts"]), len(told["findings"])) == (number, number)


def test_a_report_is_written_for_each_region_that_is_named(tmp_path: Path) -> None:
    (told,) = json.loads(findings("report", "--region", "12", "--out", str(tmp_path / "out"), "--json"))
    assert (told["region"], told["findings"]) == (SKANE, 1)
    assert CLINIC in Path(told["html"]).read_text()
    assert CLINIC in Path(told["csv"]).read_text()
