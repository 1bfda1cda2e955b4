"""`hjv forget`: forget what is old enough.

Here: the words of the command line. Not here: what is forgotten (`forget.py`).
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from hjv_pipelines.settings import Settings
from hjv_pipelines.timetable import STOCKHOLM


def forget(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell how much.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Forget what is old in each table of the store; the job `forget_old` does so each night, and Dagster's runs too.

    Example: `hjv forget --dry-run`
    """
    from hjv_pipelines.forgetting.forget import forget as forget_old
    from hjv_pipelines.forgetting.forget import look
    from hjv_pipelines.store.database import connect, database

    settings = Settings()
    with database(settings) as url, connect(url) as connection:
        forgotten = (look if dry_run else forget_old)(connection, settings, datetime.now(UTC))
    if as_json:
        told = {"forgotten": [asdict(one) for one in forgotten], "dry_run": dry_run}
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table("table", "rows", "older than", title="Would be forgotten" if dry_run else "Forgotten")
    for one in forgotten:
        rows = "an import is busy: next time" if one.rows is None else f"{one.rows:,}"
        table.add_row(one.table, rows, f"{one.before.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}" if one.before else "")
    Console().print(table)
