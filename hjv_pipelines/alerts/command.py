"""`hjv alerts …`: what is wrong now, and what waits to be told.

Here: the words of the command line. Not here: looking, which the sensor `alerts` does.
"""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hjv_pipelines.settings import Settings
from hjv_pipelines.timetable import STOCKHOLM

alerts = typer.Typer(name="alerts", help="What is wrong, until it is mended.", no_args_is_help=True)

UNWATCHED_AFTER = timedelta(minutes=5)
"""When nobody has looked for so long, silence says nothing."""


@alerts.callback()
def callback() -> None:
    """Keep `list` a command of its own: typer would take an only one for the whole."""


@alerts.command("list")
def list_alerts(
    *,
    every: Annotated[bool, typer.Option("--all", help="Resolved ones too, the newest first.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Show the open alerts, what waits to be told, and when somebody last looked.

    Example: `hjv alerts list --json`
    """
    from hjv_pipelines.alerts.ledger import last_look, newest_alerts, open_alerts
    from hjv_pipelines.alerts.outbox import waiting_messages
    from hjv_pipelines.store.database import connect, database

    with database(Settings()) as url, connect(url) as connection:
        shown = newest_alerts(connection, limit=100) if every else open_alerts(connection)
        looked, waiting = last_look(connection), waiting_messages(connection)
    if as_json:
        told = {"looked_at": looked, "alerts": list(map(asdict, shown)), "waiting": list(map(asdict, waiting))}
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
        return
    console = Console()
    if shown:
        table = Table("Since", "Kind", "Subject", "What, and what to do", "Over")
        for alert in shown:
            over = _swedish(alert.resolved_at) if alert.resolved_at else ""
            words = f"{alert.says}\n{alert.remedy}\n{alert.link}"
            table.add_row(
                _swedish(alert.opened_at), alert.kind.replace("_", " "), *map(escape, (alert.subject, words)), over
            )
        console.print(table)
    else:
        typer.echo("Nothing is wrong that is known.")
    for one in waiting:
        why = f": {one.last_error}" if one.last_error else ""
        typer.echo(f"{one.messages} messages wait for {one.channel} since {_swedish(one.since)}{why}")
    if looked is None or datetime.now(UTC) - looked > UNWATCHED_AFTER:
        since = f"since {_swedish(looked)}" if looked else "ever"
        typer.echo(f"Nobody has looked {since}: start `hjv up`, and see that the sensor `alerts` runs.")


def _swedish(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
