"""`hjv raw …` and `hjv replay`: what is kept of the sources' answers, for how long, and a day again from it.

Here: the words of the command line. Not here: keeping (`store/raw/`), and the replay (`replay.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import orjson
import psycopg
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect, database

if TYPE_CHECKING:
    from hjv_pipelines.replaying.replay import Watch

raw = typer.Typer(
    name="raw",
    help="What the sources answered, kept as received: see what is there, and remove what is old.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

SHOWN_CARDS = 10


@raw.command("list")
def list_days(*, as_json: AsJson = False) -> None:
    """Show what is kept by day and source, and how much room it takes.

    Example: `hjv raw list`
    """
    from hjv_pipelines.store.raw.index import kept_by_day

    with database(Settings()) as url, connect(url) as connection:
        days = kept_by_day(connection)
    if as_json:
        typer.echo(orjson.dumps(days, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table("day", "source", "imports", "answers", "MB received", "MB on disk", title="Raw inputs")
    for one in days:
        sizes = (f"{one.bytes / 1e6:,.1f}", f"{one.stored_bytes / 1e6:,.1f}")
        table.add_row(one.day, one.source, str(one.imports), str(one.answers), *sizes)
    Console().print(table)


@raw.command()
def prune(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go, and remove nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove what is older than HJV_RAW_DAYS, or more than HJV_RAW_GIGABYTES. Imports do so by themselves.

    Example: `hjv raw prune --dry-run`
    """
    from hjv_pipelines.store.raw.retention import going, keeping_of
    from hjv_pipelines.store.raw.retention import prune as prune_inputs

    settings, now = Settings(), datetime.now(UTC)
    keeping = keeping_of(settings)
    with database(settings) as url, connect(url) as connection:
        told = going(connection, keeping, now) if dry_run else prune_inputs(connection, keeping, now)
    if as_json:
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        verb = "would be removed" if dry_run else "were removed"
        typer.echo(f"{told.answers:,} answers {verb}: {told.files:,} files, {told.stored_bytes / 1e6:,.1f} MB.")


def replay(
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="The day, in Swedish time.")],
    into: Annotated[
        str | None,
        typer.Option(help="An empty database (postgresql://…) that keeps the result.", show_default="one for a while"),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Replay a day from the kept raw inputs into an empty database, and compare its cards with those published.

    No source is asked, and what is published stays as it is. Exit 1 when anything differs or is missing.

    Example: `hjv replay --date 2026-11-22`
    """
    from hjv_pipelines.replaying.replay import replay_day
    from hjv_pipelines.store.migrate import migrate

    settings = Settings()
    with database(settings) as url, _empty_database(url, into) as replica, _bar(f"Replaying {day:%F}") as watch:
        migrate(replica)
        told = replay_day(settings, day.date(), url, replica, datetime.now(UTC), watch)
    if as_json:
        typer.echo(orjson.dumps(asdict(told), option=orjson.OPT_INDENT_2).decode())
    else:
        console = Console()
        console.print(
            f"{told.day}: {told.opening:,} documents to begin with, {told.imports:,} imports replayed from raw inputs, "
            f"{told.decisions:,} decisions told again, in {told.seconds:,.1f} s.\n"
            f"{told.cards:,} cards, {len(told.differing):,} of them others. {told.versions:,} versions were published, "
            f"{told.other_versions:,} of them not by the replay.",
            highlight=False,
        )
        for missing in told.missing:
            console.print(f"[yellow]Not replayed:[/yellow] {missing}", highlight=False, soft_wrap=True)
        for hsa_id, (then, again) in list(told.differing.items())[:SHOWN_CARDS]:
            console.print(f"{hsa_id}: published {then or 'none'}, replayed {again or 'none'}", highlight=False)
        if told.meanwhile:
            shown = ", ".join(told.meanwhile[:SHOWN_CARDS])
            console.print(
                f"Published otherwise in between: {len(told.meanwhile):,} units, such as {shown}.", highlight=False
            )
    if not told.is_identical:
        raise typer.Exit(1)


@contextmanager
def _bar(title: str) -> Iterator["Watch"]:
    """Show on stderr how far a replay is, and what it is at."""
    words = TextColumn(f"{title}: {{task.description}}")
    with Progress(words, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True)) as shown:
        bar = shown.add_task("…", total=None)
        yield lambda done, of, step: shown.update(bar, completed=done, total=of, description=step)


@contextmanager
def _empty_database(server: str, into: str | None) -> Iterator[str]:
    """Give the database `into`, if it is empty, or else one on `server` that is gone afterwards."""
    if into is not None:
        with connect(into) as connection:
            if connection.execute("SELECT to_regnamespace('hjv') IS NOT NULL").fetchone() == (True,):
                raise PermanentError("The database of --into is not empty: it has a schema hjv. Name an empty one.")
        yield into
        return
    name = f"hjv_replay_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
