"""The command `hjv`.

Here: the words of the command line, and nothing that another room could do. Options mean the same in every
command. Errors are one line on stderr that says what is wrong and what to do, exit 1; wrong usage is exit 2.
"""

import logging
import sys
from datetime import UTC, datetime
from typing import Annotated, Any, NoReturn

import orjson
import typer
from rich.console import Console

from hjv_pipelines.alerts.command import alerts as alert_commands
from hjv_pipelines.backup.command import backup, restore
from hjv_pipelines.bench.command import bench
from hjv_pipelines.comparison.command import compare
from hjv_pipelines.delivery.command import consumer as consumer_commands
from hjv_pipelines.failures import HjvError, PermanentError
from hjv_pipelines.findings.command import findings as findings_commands
from hjv_pipelines.forgetting.command import forget
from hjv_pipelines.guarding.command import guard as guard_commands
from hjv_pipelines.guarding.command import plan
from hjv_pipelines.guarding.revert_command import revert
from hjv_pipelines.hsa_id import normalised
from hjv_pipelines.import_command import import_source, once
from hjv_pipelines.logs.beginning import as_json, begin
from hjv_pipelines.notifications.command import inbox, notify
from hjv_pipelines.notifications.refresh_command import refresh
from hjv_pipelines.replaying.command import raw, replay
from hjv_pipelines.sandbox.command import sandbox as sandbox_commands
from hjv_pipelines.settings import Settings
from hjv_pipelines.timetable import STOCKHOLM

app = typer.Typer(
    name="hjv",
    help="The imports behind Sweden's contact cards.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


@app.command()
def up() -> None:
    """Start everything: database, Dagster, workers, delivery, sandbox. Serves until Ctrl-C and leaves nothing behind.

    Example: `hjv up`
    """
    from hjv_pipelines.processes.up import up as run_everything

    run_everything(Settings())


app.command()(once)
app.command("import")(import_source)
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
app.command()(forget)
app.command()(backup)
app.command()(restore)
app.add_typer(consumer_commands)
app.add_typer(alert_commands)
app.add_typer(findings_commands)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]

progress = Console(stderr=True)


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
def history(
    hsa_id: Annotated[str, typer.Argument(metavar="HSA-ID")],
    *,
    at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], help="Print the card of then, Swedish time."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how a unit's card came, changed and went, with every field that differs and who says it; the newest first.

    Examples: `hjv history SE2321000016-1` · `hjv history SE2321000016-1 --at 2026-03-01T12:00`
    """
    from hjv_pipelines.cards.history import card_at, history_of
    from hjv_pipelines.reports.outcome import print_history
    from hjv_pipelines.store.database import connect, database

    with database(Settings()) as url, connect(url) as connection:
        if at is not None:
            entry = card_at(connection, normalised(hsa_id), at.replace(tzinfo=STOCKHOLM))
            if entry is None or entry.body is None:
                reasons = f": {', '.join(entry.reasons)}" if entry and entry.reasons else ""
                raise PermanentError(f"{normalised(hsa_id)} had no card then, or it is not known any more{reasons}.")
            typer.echo(entry.body)
            return
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
    begin()
    try:
        app()
    except HjvError as error:
        _refuse(str(error))
    except (PermissionError, NotADirectoryError) as error:
        _refuse(
            f"{error.filename} cannot be used ({error.strerror}): name another place, or set HJV_DATA_DIR to yours."
        )


def _refuse(what: str) -> NoReturn:
    if as_json():
        logging.getLogger(__name__).error("%s", what)
    else:
        progress.print(f"[red]hjv:[/red] {what}", highlight=False, soft_wrap=True)
    sys.exit(1)


def _print_json(told: Any) -> None:  # noqa: ANN401  whatever the report is made of
    typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())


if __name__ == "__main__":
    main()
