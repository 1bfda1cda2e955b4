"""`hjv once` and `hjv import`: ask the sources now, and publish what changes by it.

Here: the words of the command line, and the order of the work. Not here: the work (`flow.py`).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Annotated, Any, Literal
from uuid import uuid4

import orjson
import typer
from rich.console import Console
from rich.status import Status

from hjv_pipelines.hsa_id import hsa_id_of
from hjv_pipelines.regions import region as region_named
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.ledger import Run

Regions = Annotated[
    list[str] | None, typer.Option("--region", help="A region: 12 or 12-skane. Repeatable. Default: all.")
]
Units = Annotated[list[str] | None, typer.Option("--unit", metavar="HSA-ID", help="A unit. Repeatable.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]

progress = Console(stderr=True)


def once(
    *,
    size: Annotated[
        Literal["small", "national"] | None,
        typer.Option(help="The sandbox nation's size. Default: HJV_SANDBOX_SIZE."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import every source once, make KKA's unit register and publish the cards, without the UI.

    Example: `hjv once --size small --json`
    """
    settings = Settings() if size is None else Settings().model_copy(update={"sandbox_size": size})
    _run_imports(settings, None, Scope.nation(), as_json=as_json)


def import_source(
    source: Annotated[str, typer.Argument(help="The source, such as hsa or eservices.")],
    *,
    region: Regions = None,
    unit: Units = None,
    as_json: AsJson = False,
) -> None:
    """Import one source: the nation, some regions or some units; then publish the cards that changed.

    After HSA told of whole regions, KKA's unit register of these is made too.

    Examples: `hjv import hsa` · `hjv import eservices --region 12` · `hjv import hsa --unit SE2321000016-1`
    """
    _run_imports(Settings(), [source], _scope(region, unit), as_json=as_json)


def _scope(regions: list[str] | None, units: list[str] | None) -> Scope:
    if regions and units:
        raise typer.BadParameter("give --region or --unit, not both")
    if units:
        return Scope(hsa_ids=tuple(hsa_id_of(unit) for unit in units))
    if regions:
        return Scope(regions=tuple(region_named(key).key for key in regions))
    return Scope.nation()


def _run_imports(settings: Settings, sources: list[str] | None, scope: Scope, *, as_json: bool) -> None:
    from hjv_pipelines.cards.register import make_register
    from hjv_pipelines.flow import Pipeline
    from hjv_pipelines.processes.sandbox import sandbox
    from hjv_pipelines.reports.outcome import outcome, print_outcome
    from hjv_pipelines.store.database import connect

    run = Run(run_id=f"cli-{uuid4()}", trigger="manual")
    seconds: dict[str, float] = {}
    with progress.status("Starting …") as status, ExitStack() as running:
        with _timed(seconds, "start"):
            running.enter_context(sandbox(settings, status.update))
            url = running.enter_context(_migrated(settings))
        pipeline = Pipeline.from_settings(settings, url)
        imports = []
        for source in sources or pipeline.source_names:
            with _timed(seconds, source):
                status.update(f"Importing {source}, {scope} …")
                watch = partial(_show_records, status, source)
                imports.append(pipeline.import_source(source, scope, run, watch))
        told_by_hsa = [key for done in imports if done.source == "hsa" for key in done.merged_regions]
        register = None
        if told_by_hsa:
            with _timed(seconds, "unit_register"), connect(url) as connection:
                status.update("Making KKA's unit register …")
                register = make_register(connection, told_by_hsa, run, lambda: datetime.now(UTC))
        with _timed(seconds, "publish"):
            status.update("Publishing the cards …")
            publications = pipeline.publish(scope, run)
    told = outcome(imports, publications, seconds, register)
    if as_json:
        _print_json(told)
    else:
        print_outcome(Console(), told)
    if any(done.failures for done in imports):
        raise typer.Exit(1)


def _show_records(status: Status, source: str, records: int) -> None:
    status.update(f"Importing {source}: {records:,} records …")


@contextmanager
def _migrated(settings: Settings) -> Iterator[str]:
    from hjv_pipelines.store.database import database
    from hjv_pipelines.store.migrate import migrate

    with database(settings) as url:
        migrate(url)
        yield url


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    started = perf_counter()
    yield
    seconds[stage] = perf_counter() - started


def _print_json(told: Any) -> None:  # noqa: ANN401  whatever the report is made of
    typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
