"""`hjv retention`: forget what is old enough.

Here: the words of the command line. Not here: what is forgotten (`forget.py`).
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer

from hjv_pipelines.settings import Settings
from hjv_pipelines.timetable import STOCKHOLM


def retention(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell how much.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Forget old entries of the change feed, hints that are done, and their notifications; each night by itself.

    Example: `hjv retention --dry-run`
    """
    from hjv_pipelines.forgetting.forget import forget, look
    from hjv_pipelines.store.database import connect, database

    settings = Settings()
    with database(settings) as url, connect(url) as connection:
        forgotten = (look if dry_run else forget)(connection, settings, datetime.now(UTC))
    if as_json:
        typer.echo(orjson.dumps({**asdict(forgotten), "dry_run": dry_run}, option=orjson.OPT_INDENT_2).decode())
        return
    verb = "would be forgotten" if dry_run else "are forgotten"
    typer.echo(
        f"{forgotten.feed_entries} entries of the change feed older than {_local(forgotten.feed_before)} {verb},"
    )
    typer.echo(
        f"{forgotten.hints} hints and {forgotten.notifications} notifications older than "
        f"{_local(forgotten.inbox_before)}."
    )


def _local(moment: datetime) -> str:
    return moment.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")
