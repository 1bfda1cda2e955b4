"""`hjv revert`: take a bad run back, or look first at what that would do.

Here: the words of the command line. Not here: what a revert is (`revert.py`).
"""

import getpass
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import orjson
import typer
from rich.console import Console
from rich.table import Table

from hjv_pipelines.cards.visibility import policy_of
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.guarding.revert import Reverted, revert_plan, revert_run
from hjv_pipelines.regions import region as region_named
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect, database
from hjv_pipelines.store.differences import FieldChange
from hjv_pipelines.store.ledger import Counts, Run
from hjv_pipelines.store.revert import TRIGGER, Revert, RevertedSource

SHOWN_UNITS = 5


def revert(
    run_id: Annotated[str, typer.Argument(metavar="RUN-ID", help="The run, from `hjv history` or Dagster.")],
    why: Annotated[str, typer.Option("--why", help="Why it is taken back; kept with the revert.")],
    *,
    source: Annotated[list[str] | None, typer.Option("--source", help="Only this source. Repeatable.")] = None,
    region: Annotated[list[str] | None, typer.Option("--region", help="Only this region: 12 or 12-skane.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who decides.", show_default="your login name")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Put back what a run changed, as it was before it, without asking any source; then publish the cards.

    Complete imports of those sources and regions are held back from then on, since the source still says the same:
    `hjv guard allow` lets one out, `hjv guard release` lets the next ones be judged as usual.

    Example: `hjv revert 1d1b6eb4 --source hsa --region 12 --why "HSA's export lost the opening hours" --dry-run`
    """
    settings = Settings()
    asked = Revert(
        run_id=run_id,
        by=by or getpass.getuser(),
        reason=why,
        sources=tuple(source or ()),
        regions=tuple(region_named(key).key for key in region or ()),
    )
    with Console(stderr=True).status("Working out what goes back …") as status, database(settings) as url:
        if dry_run:
            with connect(url) as connection:
                done = revert_plan(connection, asked, policy_of(settings), lambda: datetime.now(UTC))
        else:
            status.update("Putting back, and publishing …")
            run = Run(f"cli-{uuid4()}", TRIGGER)
            done = revert_run(Pipeline.from_settings(settings, url), url, asked, run, lambda: datetime.now(UTC))
    if as_json:
        typer.echo(orjson.dumps(asdict(done), option=orjson.OPT_INDENT_2).decode())
    else:
        _show(Console(), done)


def _show(console: Console, done: Reverted) -> None:
    if not any(source.units or source.changed_since for source in done.sources):
        console.print(f"Nothing stands any more of what run {done.run_id} changed.", highlight=False)
        return
    for source in done.sources:
        _show_source(console, source)
    appear, change, withdrawn = (
        sum(getattr(cards, kind) for cards in done.cards) for kind in ("appeared", "changed", "withdrawn")
    )
    console.print(f"Cards: {appear:,} appear, {change:,} change, {withdrawn:,} are withdrawn.", highlight=False)


def _show_source(console: Console, source: RevertedSource) -> None:
    counts = sum((result.total for result in source.results), Counts())
    console.print(
        f"[bold]{source.source}: {source.units:,} units go back to what they were before the run[/bold]",
        highlight=False,
    )
    units = f"{counts.added:,} added, {counts.changed:,} changed, {counts.removed:,} removed"
    console.print(f"Units: {units}.", highlight=False)
    if source.gone:
        console.print(f"Gone, for example: {', '.join(source.gone)}", highlight=False)
    if source.changed_since:
        shown = ", ".join(source.changed_since[:SHOWN_UNITS])
        console.print(f"Changed since by others, and left alone: {len(source.changed_since)} ({shown})")
    if source.fields:
        console.print(fields_table(source.fields))
    if source.standing:
        regions = ", ".join(stands.region for stands in source.standing)
        console.print(
            f"Once it went back, complete imports of {source.source} are held back in {regions}, until somebody says: "
            f"hjv guard release {source.source} [--region …] --why …",
            highlight=False,
            markup=False,
        )


def fields_table(fields: tuple[FieldChange, ...]) -> Table:
    """Return the table of how fields change, as every plan shows it."""
    table = Table("field", "appear", "disappear", "change", "for example", title="Fields", title_justify="left")
    for one in fields:
        table.add_row(one.field, str(one.appear), str(one.disappear), str(one.change), "\n".join(one.samples))
    return table
