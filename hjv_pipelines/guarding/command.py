"""`hjv plan` and `hjv guard …`: look at what an import would do or what is held back, and decide.

Here: the words of the command line, and how a plan looks. Not here: what a plan is (`plan.py`), what holds back
(`store/guard/`).
"""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated, Any
from uuid import uuid4

import orjson
import psycopg
import typer
from rich.console import Console
from rich.table import Table

from hjv_pipelines.cards.visibility import policy_of
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.guarding.decision import allow_and_publish
from hjv_pipelines.guarding.plan import Plan, plan_of_waiting
from hjv_pipelines.guarding.revert_command import fields_table
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect, database
from hjv_pipelines.store.guard.guard import everything_held
from hjv_pipelines.store.guard.holds import Hold, holds
from hjv_pipelines.store.guard.release import reject as reject_hold
from hjv_pipelines.store.guard.standing import Standing, standing
from hjv_pipelines.store.guard.standing import release as release_standing
from hjv_pipelines.store.ledger import Run, last_warnings
from hjv_pipelines.timetable import STOCKHOLM

guard = typer.Typer(
    name="guard",
    help="What the guard holds back of the imports: look at it, let it go out, or forget it.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

Number = Annotated[int, typer.Argument(metavar="HOLD", help="The hold's number, from `hjv guard list`.")]
Numbers = Annotated[list[int], typer.Argument(metavar="HOLD...", help="The holds' numbers, from `hjv guard list`.")]
Why = Annotated[str, typer.Option("--why", help="Why you decide so; kept with the decision.")]
Who = Annotated[str | None, typer.Option("--by", help="Who decides.", show_default="your login name")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@guard.command("list")
def list_holds(*, as_json: AsJson = False) -> None:
    """Show what is held back, and what would have happened; and what stands held since a revert.

    Also what went wrong beside the last imports without costing them: their warnings in the ledger.

    Example: `hjv guard list`
    """
    with _store() as connection:
        waiting, reverted, warned = holds(connection), standing(connection), last_warnings(connection)
    if as_json:
        _print_json(
            {
                "held": [asdict(hold) for hold in waiting],
                "standing": [asdict(one) for one in reverted],
                "warnings": [asdict(one) for one in warned],
            }
        )
        return
    if not (waiting or reverted):
        typer.echo("Nothing is held back.")
    if waiting:
        Console().print(_table(waiting))
    for line in _standing_text(reverted):
        Console().print(line, highlight=False, markup=False)
    for one in warned:
        typer.echo(f"Warning of the import of {_local(one.started_at)}: {one}")


@guard.command()
def show(hold: Number, *, as_json: AsJson = False) -> None:
    """Show the plan of a hold: what would appear, change and disappear if it were allowed now. Changes nothing.

    Example: `hjv guard show 17`
    """
    with _store() as connection:
        _show(_plan(connection, hold), as_json=as_json)


@guard.command()
def allow(hold: Numbers, why: Why, by: Who = None) -> None:
    """Let holds go out: merge exactly what they show, and publish the cards of their regions.

    Examples: `hjv guard allow 17 --why "Region Skåne closed its drop-in clinics"` ·
    `hjv guard allow 17 18 19 --why "HSA ended the field"`
    """
    settings, run, who = Settings(), Run(f"cli-{uuid4()}", "guard"), by or getpass.getuser()
    with database(settings) as url, connect(url) as connection:
        pipeline = Pipeline.from_settings(settings, url)
        for number in hold:
            typer.echo(allow_and_publish(connection, pipeline, number, who, why, run, lambda: datetime.now(UTC)))


@guard.command()
def reject(hold: Numbers, why: Why, by: Who = None) -> None:
    """Forget holds: their regions keep what they had, and the next import of each is judged anew.

    Example: `hjv guard reject 17 --why "A broken export; HSA mends it"`
    """
    with _store() as connection:
        for number in hold:
            reject_hold(connection, number, by or getpass.getuser(), why, datetime.now(UTC))
            typer.echo(f"Hold {number} is rejected.")


@guard.command()
def release(
    source: Annotated[str, typer.Argument(help="The source, such as hsa.")],
    why: Why,
    *,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="A region: 12 or 12-skane. Repeatable.", show_default="all")
    ] = None,
    by: Who = None,
) -> None:
    """Hold imports back no more that a revert held back: the next one is judged as usual.

    Example: `hjv guard release hsa --region 12 --why "HSA mended its export"`
    """
    from hjv_pipelines.regions import region as region_named

    with _store() as connection, connection.transaction():
        held = sorted({one.region for one in standing(connection) if one.source == source})
        keys = [region_named(key).key for key in region] if region else held
        if not keys:
            raise PermanentError(f"No revert holds back {source}. `hjv guard list` shows what one does.")
        for key in keys:
            release_standing(connection, source, key, by or getpass.getuser(), why, datetime.now(UTC))
    typer.echo(f"{source} in {', '.join(keys)} is judged as usual again, from the next import on.")


def plan(
    source: Annotated[str, typer.Argument(help="The source, such as hsa or eservices.")],
    *,
    region: Annotated[list[str] | None, typer.Option("--region", help="A region: 12 or 12-skane. Repeatable.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask a source, hold all of it back, and show what would happen. `hjv guard allow` applies exactly that.

    Example: `hjv plan hsa --region 12`
    """
    from hjv_pipelines.processes.sandbox import sandbox
    from hjv_pipelines.regions import region as region_named

    settings, run = Settings(), Run(f"cli-{uuid4()}", "plan")
    scope = Scope(regions=tuple(region_named(key).key for key in region)) if region else Scope.nation()
    progress = Console(stderr=True)
    with progress.status("Starting …") as status, sandbox(settings, status.update), database(settings) as url:
        status.update(f"Asking {source} for {scope} …")
        imported = Pipeline.from_settings(settings, url, everything_held).import_source(source, scope, run)
        with connect(url) as connection:
            for held in (hold for result in imported.results for hold in result.held):
                status.update(f"Working out what would happen in {held.region} …")
                _show(_plan(connection, held.hold_id), as_json=as_json)


def _plan(connection: psycopg.Connection, hold: int) -> Plan:
    return plan_of_waiting(connection, hold, policy_of(Settings()), lambda: datetime.now(UTC))


def _show(shown: Plan, *, as_json: bool) -> None:
    if as_json:
        _print_json(asdict(shown))
        return
    console, hold, counts, cards = Console(), shown.hold, shown.counts, shown.cards
    console.print(f"[bold]Hold {hold.hold_id}: {hold.source}, {hold.region}, as of {_local(hold.as_of)}[/bold]")
    console.print("\n".join(f"- {breach}" for breach in hold.breaches), highlight=False)
    console.print(
        f"Units: {counts.added} added, {counts.changed} changed, {counts.removed} removed, {counts.unchanged} "
        f"unchanged. Cards: {cards.appeared} appear, {cards.changed} change, {cards.withdrawn} are withdrawn."
    )
    if shown.gone:
        console.print(f"Gone, for example: {', '.join(shown.gone)}")
    if shown.fields:
        console.print(fields_table(shown.fields))
    console.print(f"Apply: hjv guard allow {hold.hold_id} --why …", highlight=False)


def _table(waiting: list[Hold]) -> Table:
    table = Table("hold", "source", "region", "as of", "units", "what would have happened", title="Held back")
    for hold in waiting:
        breaches = "\n".join(map(str, hold.breaches))
        table.add_row(str(hold.hold_id), hold.source, hold.region, _local(hold.as_of), str(hold.documents), breaches)
    return table


def _standing_text(reverted: list[Standing]) -> Iterator[str]:
    for revert, regions in groupby(
        reverted, lambda one: (one.reverted_run_id, one.source, one.reverted_by, one.reason)
    ):
        (run_id, source, by, why), held = revert, list(regions)
        yield f"Held back since a revert ({_local(held[0].reverted_at)}, {by}: {why}): complete imports of {source} in"
        yield ", ".join(f"{one.region} ({one.units:,} units)" for one in held)
        yield f"Reverted run: {run_id}. When it is mended: hjv guard release {source} [--region …] --why …"


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


@contextmanager
def _store() -> Iterator[psycopg.Connection]:
    with database(Settings()) as url, connect(url) as connection:
        yield connection


def _print_json(told: Any) -> None:  # noqa: ANN401  whatever the plan is made of
    typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
