"""The command `hjv`.

Here: the words of the command line, and nothing that another room could do. Options mean the same in every
command. Errors are one line on stderr that says what is wrong and what to do, exit 1; wrong usage is exit 2.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Annotated, Any, Literal
from uuid import uuid4

import orjson
import typer
from rich.console import Console
from rich.status import Status

from hjv_pipelines.alerts.command import alerts as alert_commands
from hjv_pipelines.bench.command import bench
from hjv_pipelines.comparison.command import compare
from hjv_pipelines.delivery.command import consumer as consumer_commands
from hjv_pipelines.failures import HjvError
from hjv_pipelines.findings.command import findings as findings_commands
from hjv_pipelines.forgetting.command import retention
from hjv_pipelines.guarding.command import guard as guard_commands
from hjv_pipelines.guarding.command import plan
from hjv_pipelines.guarding.revert_command import revert
from hjv_pipelines.hsa_id import hsa_id_of, normalised
from hjv_pipelines.notifications.command import inbox, notify
from hjv_pipelines.notifications.refresh_command import refresh
from hjv_pipelines.regions import region as region_named
from hjv_pipelines.replaying.command import raw, replay
from hjv_pipelines.sandbox.command import sandbox as sandbox_commands
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.ledger import Run

app = typer.Typer(
    name="hjv",
    help="The imports behind Sweden's contact cards.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.add_typer(sandbox_commands)
sandbox_commands.command()(compare)
app.add_typer(inbox)
app.command()(notify)
app.command()(bench)
app.add_typer(guard_commands)
app.command()(plan)
app.command()(revert)
app.add_typer(raw)
app.command()(replay)
app.command()(refresh)
app.command()(retention)
app.add_typer(consumer_commands)
app.add_typer(alert_commands)
app.add_typer(findings_commands)

Regions = Annotated[
    list[str] | None, typer.Option("--region", help="A region: 12 or 12-skane. Repeatable. Default: all.")
]
Units = Annotated[list[str] | None, typer.Option("--unit", metavar="HSA-ID", help="A unit. Repeatable.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]

progress = Console(stderr=True)


@app.command()
def up() -> None:
    """Start everything: database, Dagster, workers, delivery, sandbox. Serves until Ctrl-C and leaves nothing behind.

    Example: `hjv up`
    """
    from hjv_pipelines.processes.up import up as run_everything

    run_everything(Settings())


@app.command()
def once(
    *,
    size: Annotated[
        Literal["small", "national"] | None,
        typer.Option(help="The sandbox nation's size. Default: HJV_SANDBOX_SIZE."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import every source once, make KKA's unit register and publish the cards, without the UI.

    Example: `hjv once --size small --json`
    """
    settings = Settings() if size is None else Settings().model_copy(update={"sandbox_size": size})
    _run_imports(settings, None, Scope.nation(), as_json=as_json)


@app.command("import")
def import_source(
    source: Annotated[str, typer.Argument(help="The source, such as hsa or eservices.")],
    *,
    region: Regions = None,
    unit: Units = None,
    as_json: AsJson = False,
) -> None:
    """Import one source: the nation, some regions or some units; then publish the cards that changed.

    After HSA told of whole regions, KKA's unit register of these is made too.

    Examples: `hjv import hsa` · `hjv import eservices --region 12` · `hjv import hsa --unit SE2321000016-1`
    """
    _run_imports(Settings(), [source], _scope(region, unit), as_json=as_json)


@app.command()
def explain(hsa_id: Annotated[str, typer.Argument(metavar="HSA-ID")], *, as_json: AsJson = False) -> None:
    """Say why a unit has a card or has none, since when, and who can mend it.

    Example: `hjv explain SE2321000016-1`
    """
    from hjv_pipelines.cards.explain import explain as explain_unit
    from hjv_pipelines.cards.visibility import policy_of
    from hjv_pipelines.reports.outcome import print_explanation
    from hjv_pipelines.store.database import connect, database

    settings = Settings()
    with database(settings) as url, connect(url) as connection:
        explanation = explain_unit(connection, normalised(hsa_id), datetime.now(UTC), policy_of(settings))
    if as_json:
        typer.echo(explanation.model_dump_json(indent=2))
    else:
        print_explanation(Console(), explanation)


@app.command()
def history(hsa_id: Annotated[str, typer.Argument(metavar="HSA-ID")], *, as_json: AsJson = False) -> None:
    """Show how a unit's card came, changed and went, with every field that differs; the newest first.

    Example: `hjv history SE2321000016-1`
    """
    from hjv_pipelines.cards.history import history_of
    from hjv_pipelines.reports.outcome import print_history
    from hjv_pipelines.store.database import connect, database

    with database(Settings()) as url, connect(url) as connection:
        told = history_of(connection, normalised(hsa_id), limit=100)
    if as_json:
        typer.echo(told.model_dump_json(indent=2))
    else:
        print_history(Console(), told)


@app.command()
def timetable(*, as_json: AsJson = False) -> None:
    """Show every import: when it runs, when it runs next, and when it last told everything about each region.

    Example: `hjv timetable --json`
    """
    from hjv_pipelines.reports.timetable import known_imports, print_timetable, scheduled_imports

    settings, now = Settings(), datetime.now(UTC)
    complete, unknown = known_imports(settings)
    imports = scheduled_imports(settings, complete, now)
    if as_json:
        _print_json([scheduled.as_dict(now) for scheduled in imports])
    else:
        print_timetable(Console(), imports, now)
    if unknown:
        progress.print(unknown, highlight=False, soft_wrap=True)


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Check everything that an installation depends on, and say what to do where something is wrong.

    Example: `hjv doctor`
    """
    from hjv_pipelines.examination.doctor import examine
    from hjv_pipelines.examination.examined import print_examination

    examined = examine(Settings())
    if as_json:
        _print_json([finding.as_dict() for finding in examined])
    else:
        print_examination(Console(), examined)
    if not all(finding.well for finding in examined):
        raise typer.Exit(1)


def main() -> None:
    """Run the command; tell an error in one line."""
    try:
        app()
    except HjvError as error:
        progress.print(f"[red]hjv:[/red] {error}", highlight=False, soft_wrap=True)
        sys.exit(1)


def _scope(regions: list[str] | None, units: list[str] | None) -> Scope:
    if regions and units:
        raise typer.BadParameter("give --region or --unit, not both")
    if units:
        return Scope(hsa_ids=tuple(hsa_id_of(unit) for unit in units))
    if regions:
        return Scope(regions=tuple(region_named(key).key for key in regions))
    return Scope.nation()


def _run_imports(settings: Settings, sources: list[str] | None, scope: Scope, *, as_json: bool) -> None:
    from hjv_pipelines.cards.register import make_register
    from hjv_pipelines.flow import Pipeline
    from hjv_pipelines.processes.sandbox import sandbox
    from hjv_pipelines.reports.outcome import outcome, print_outcome
    from hjv_pipelines.store.database import connect

    run = Run(run_id=f"cli-{uuid4()}", trigger="manual")
    seconds: dict[str, float] = {}
    with progress.status("Starting …") as status, ExitStack() as running:
        with _timed(seconds, "start"):
            running.enter_context(sandbox(settings, status.update))
            url = running.enter_context(_migrated(settings))
        pipeline = Pipeline.from_settings(settings, url)
        imports = []
        for source in sources or pipeline.source_names:
            with _timed(seconds, source):
                status.update(f"Importing {source}, {scope} …")
                watch = partial(_show_records, status, source)
                imports.append(pipeline.import_source(source, scope, run, watch))
        told_by_hsa = [key for done in imports if done.source == "hsa" for key in done.merged_regions]
        register = None
        if told_by_hsa:
            with _timed(seconds, "unit_register"), connect(url) as connection:
                status.update("Making KKA's unit register …")
                register = make_register(connection, told_by_hsa, run, lambda: datetime.now(UTC))
        with _timed(seconds, "publish"):
            status.update("Publishing the cards …")
            publications = pipeline.publish(scope, run)
    told = outcome(imports, publications, seconds, register)
    if as_json:
        _print_json(told)
    else:
        print_outcome(Console(), told)
    if any(done.failures for done in imports):
        raise typer.Exit(1)


def _show_records(status: Status, source: str, records: int) -> None:
    status.update(f"Importing {source}: {records:,} records …")


@contextmanager
def _migrated(settings: Settings) -> Iterator[str]:
    from hjv_pipelines.store.database import database
    from hjv_pipelines.store.migrate import migrate

    with database(settings) as url:
        migrate(url)
        yield url


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    started = perf_counter()
    yield
    seconds[stage] = perf_counter() - started


def _print_json(told: Any) -> None:  # noqa: ANN401  whatever the report is made of
    typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())


if __name__ == "__main__":
    main()
