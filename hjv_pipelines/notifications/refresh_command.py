"""`hjv refresh`: read some units again from every source, now.

Here: the words of the command line. Not here: the refresh itself (`refresh.py`).
"""

from contextlib import ExitStack
from datetime import UTC, datetime
from random import Random
from time import perf_counter
from typing import Annotated
from uuid import uuid4

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from hjv_pipelines.hsa_id import hsa_id_of
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.ledger import Run

Units = Annotated[list[str] | None, typer.Option("--unit", metavar="HSA-ID", help="A unit. Repeatable.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def refresh(
    hsa_ids: Annotated[list[str] | None, typer.Argument(metavar="[HSA-ID]...", help="The units.")] = None,
    *,
    unit: Units = None,
    as_json: AsJson = False,
) -> None:
    """Read some units again from every source, and publish their cards.

    It goes through the inbox, with the notifications: a source that fails is tried again by itself while `hjv up`
    runs. Example: `hjv refresh SE2321000016-1 SE2321000016-2`
    """
    named = [*(hsa_ids or []), *(unit or [])]
    if not named:
        raise typer.BadParameter("name at least one unit: hjv refresh HSA-ID")
    units = tuple(dict.fromkeys(map(hsa_id_of, named)))

    from hjv_pipelines.flow import Pipeline
    from hjv_pipelines.notifications.refresh import refresh as refreshed
    from hjv_pipelines.processes.sandbox import sandbox
    from hjv_pipelines.reports.outcome import outcome, print_outcome
    from hjv_pipelines.store.database import database
    from hjv_pipelines.store.migrate import migrate

    settings, run, started = Settings(), Run(f"cli-{uuid4()}", "manual"), perf_counter()
    with ExitStack() as running, Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Starting …", total=None)
        running.enter_context(sandbox(settings, lambda what: progress.update(task, description=what)))
        url = running.enter_context(database(settings))
        migrate(url)
        pipeline = Pipeline.from_settings(settings, url)
        seconds = {"start": perf_counter() - started}
        progress.update(task, description="Reading …", total=len(pipeline.source_names))
        answers = []
        for answered in refreshed(pipeline, url, units, run, clock=lambda: datetime.now(UTC), rng=Random()):  # noqa: S311  jitter
            answers.append(answered)
            seconds[answered.imported.source] = answered.imported.seconds
            progress.update(task, description=f"Read {answered.imported.source}", advance=1)
    imports = [answered.imported for answered in answers]
    told = outcome(imports, [one for answered in answers for one in answered.publications], seconds)
    if as_json:
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        print_outcome(Console(), told)
    if any(done.failures for done in imports):
        raise typer.Exit(1)
