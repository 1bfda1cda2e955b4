"""`hjv findings`, and `hjv findings report`: what is wrong with what the sources say, counted, listed and reported.

Here: the words of the command line. Not here: the queries (`store/open_findings.py`) and the report (`report.py`).
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hjv_pipelines.hsa_id import hsa_id_of
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.regions import region as region_named
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect, database
from hjv_pipelines.store.open_findings import Choice, FindingCount, KeptFinding, count_findings, page_of_findings
from hjv_pipelines.timetable import STOCKHOLM

findings = typer.Typer(
    name="findings",
    help="What is wrong with what the sources say: every value that was dropped, every record that was refused.",
    rich_markup_mode="markdown",
)

Regions = Annotated[
    list[str] | None, typer.Option("--region", help="A region: 12 or 12-skane. Repeatable. Default: all.")
]
Sources = Annotated[list[str] | None, typer.Option("--source", help="A source, such as hsa. Repeatable.")]
Rules = Annotated[list[str] | None, typer.Option("--rule", help="A rule, such as time_span_syntax. Repeatable.")]
Units = Annotated[list[str] | None, typer.Option("--unit", metavar="HSA-ID", help="A unit. Repeatable.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


@findings.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    *,
    region: Regions = None,
    source: Sources = None,
    rule: Rules = None,
    unit: Units = None,
    limit: Annotated[int, typer.Option(min=1, help="List so many findings at most; all are counted.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Count the findings by source and rule, and list those that are asked for.

    Examples: `hjv findings` · `hjv findings --region 12 --rule mail_syntax` · `hjv findings --unit SE2321000016-1`
    """
    if context.invoked_subcommand is not None:
        return
    choice = Choice(
        regions=_region_keys(region),
        sources=tuple(source or ()),
        rules=tuple(rule or ()),
        hsa_ids=tuple(hsa_id_of(one) for one in unit or ()),
    )
    with database(Settings()) as url, connect(url) as connection:
        counts = count_findings(connection, choice)
        listed = page_of_findings(connection, choice, limit=limit)
    if as_json:
        _print_json({"counts": [asdict(one) for one in counts], "findings": [asdict(one) for one in listed]})
    elif not counts:
        typer.echo("No findings.")
    else:
        _print(counts, listed)


@findings.command()
def report(
    out: Annotated[Path, typer.Option("--out", file_okay=False, help="The folder to write into.")],
    *,
    region: Regions = None,
    as_json: AsJson = False,
) -> None:
    """Write each region's report, as HTML and as a table (CSV), in Swedish: who mends what, and how.

    Example: `hjv findings report --region 12 --out reports`
    """
    from hjv_pipelines.findings.rendering import write_report
    from hjv_pipelines.findings.report import report_of

    told = []
    with database(Settings()) as url, connect(url) as connection:
        for key in _region_keys(region) or REGION_KEYS:
            made = report_of(connection, key, datetime.now(UTC))
            written = write_report(made, out)
            told.append({"region": key, "findings": made.number, "html": str(written.html), "csv": str(written.csv)})
    if as_json:
        _print_json(told)
    else:
        for one in told:
            typer.echo(f"{one['region']}: {one['findings']} findings, {one['html']}")


def _region_keys(regions: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(region_named(key).key for key in regions or ())


def _print(counts: Sequence[FindingCount], listed: Sequence[KeptFinding]) -> None:
    console, total = Console(), sum(one.findings for one in counts)
    table = Table(title=f"{total:,} findings", title_justify="left")
    for heading in ("source", "rule", "findings", "units", "refused", "since"):
        table.add_column(heading, justify="right" if heading in {"findings", "units", "refused"} else "left")
    for one in counts:
        figures = (f"{number:,}" for number in (one.findings, one.units, one.refused))
        table.add_row(one.source, one.rule, *figures, _day(one.first_seen))
    console.print(table)
    shown = Table(
        "unit", "region", "field", "rule", "value", "since", "times", "who mends it, and how",
        title=f"{len(listed):,} of {total:,}", title_justify="left",
    )  # fmt: skip
    for found in listed:
        told = (
            found.hsa_id or found.place, found.region, found.field, found.rule, found.value, _day(found.first_seen),
            str(found.times), found.mend,
        )  # fmt: skip
        shown.add_row(*map(escape, told))
    console.print(shown)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d}"


def _print_json(told: Any) -> None:  # noqa: ANN401  whatever the answer is made of
    typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
