"""`hjv backup` and `hjv restore`.

Here: the words of the command line, and the question whether a restore is meant. Not here: either (`dump.py`,
`restore.py`).
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hjv_pipelines.processes.exclusive import alone
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import database


def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to.", show_default="in the data folder")] = None,
) -> None:
    """Write the whole database to one file, while everything goes on.

    Example: `hjv backup /backups/hjv.dump`
    """
    from hjv_pipelines.backup.dump import back_up

    settings = Settings()
    path = file or settings.home / "backups" / f"hjv-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump"
    path.parent.mkdir(parents=True, exist_ok=True)
    with database(settings) as url, Console(stderr=True).status("Backing up …"):
        made = back_up(url, path)
    typer.echo(f"{made.path}: {made.bytes / 1e6:,.1f} MB. `hjv restore {made.path} --dry-run` tries it out.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file of `hjv backup`.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Restore beside the database, tell what it holds, and remove it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let a backup be the database. What was the database is kept beside it, under another name.

    Nothing of ours may run meanwhile. Consumers of the change feed start over.

    Example: `hjv restore /backups/hjv.dump --dry-run`
    """
    from hjv_pipelines.backup.restore import holding, try_out
    from hjv_pipelines.backup.restore import restore as restore_from

    settings, console = Settings(), Console(stderr=True)
    if dry_run:
        with database(settings) as url, console.status("Trying it out …"):
            told = try_out(url, file)
        typer.echo(f"{file} can be restored: {told.cards:,} cards, feed position {told.position:,}.")
        return
    with alone(settings.home, {}), database(settings) as url:
        before = holding(url)
        if before and not yes:
            typer.confirm(
                f"The database holds {before.cards:,} cards, feed position {before.position:,}. Replace it by {file}?",
                abort=True,
            )
        with console.status("Restoring …"):
            done = restore_from(url, file, datetime.now(UTC))
    typer.echo(
        f"Restored: {done.now.cards:,} cards, feed position {done.now.position:,}. Consumers start over. "
        f"What was there before is the database {done.kept_as}: drop it when it is not needed any more."
    )
