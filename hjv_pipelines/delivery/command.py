"""`hjv consumer …`: give tokens to those who may ask for what is not public, and take them back.

Here: the words of the command line. Not here: the tokens (`store/consumers.py`) and what they open (`access.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import orjson
import psycopg
import typer
from rich.console import Console
from rich.table import Table

from hjv_pipelines.settings import Settings
from hjv_pipelines.store.consumers import add_consumer, list_consumers, revoke_consumer
from hjv_pipelines.store.database import connect, database
from hjv_pipelines.timetable import STOCKHOLM

consumer = typer.Typer(
    name="consumer",
    help="The delivery's consumers and their tokens.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The consumer, such as 1177-web.")]


@consumer.command()
def add(name: Name, *, as_json: AsJson = False) -> None:
    """Add a consumer and show its token: now, and never again.

    Example: `hjv consumer add 1177-web`
    """
    with _store() as connection:
        token = add_consumer(connection, name, datetime.now(UTC))
    if as_json:
        _print_json({"name": name, "token": token})
    else:
        typer.echo(token)
        typer.echo("Keep it: only its hash is stored. It is sent as `Authorization: Bearer …`.", err=True)


@consumer.command("list")
def list_all(*, as_json: AsJson = False) -> None:
    """Show who has a token, and who had one.

    Example: `hjv consumer list`
    """
    with _store() as connection:
        consumers = list_consumers(connection)
    if as_json:
        _print_json(consumers)
        return
    table = Table("consumer", "added", "revoked")
    for known in consumers:
        table.add_row(known.name, _shown(known.added_at), _shown(known.revoked_at))
    Console().print(table)


@consumer.command()
def revoke(name: Name) -> None:
    """Let a consumer's token be good no more, from its next request on.

    Example: `hjv consumer revoke 1177-web`
    """
    with _store() as connection:
        revoke_consumer(connection, name, datetime.now(UTC))
    typer.echo(f"The token of {name} is good no more.")


@contextmanager
def _store() -> Iterator[psycopg.Connection]:
    from hjv_pipelines.store.migrate import migrate

    with database(Settings()) as url:
        migrate(url)
        with connect(url) as connection:
            yield connection


def _shown(moment: datetime | None) -> str:
    return moment.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M") if moment else ""


def _print_json(told: object) -> None:
    typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
