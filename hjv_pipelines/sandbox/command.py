"""`hjv sandbox …`: make the synthetic nation, serve it, change it, break it, look into it.

Here: the words of the command line. Not here: what they do (`nation.py`, `server.py`, `archive.py`,
`faults.py`), how it looks when it is shown (`show.py`), and what KKA's editors do (`publishing.py`).
"""

from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer
from rich.console import Console

from hjv_pipelines.failures import HjvError
from hjv_pipelines.sandbox import publishing, show
from hjv_pipelines.sandbox.clock import next_file_from, served_in_a_file_from
from hjv_pipelines.sandbox.faults import FAULTS, Fault, Faults, Kind, Service
from hjv_pipelines.sandbox.manifest import Manifest, Size, expectations
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines.sandbox.options import AsJson, Folder, HsaId, place_of, unknown
from hjv_pipelines.sandbox.unit import Composite, Profile
from hjv_pipelines.settings import Settings
from hjv_pipelines.timetable import STOCKHOLM

sandbox = typer.Typer(
    name="sandbox",
    help="A synthetic Sweden that answers in the sources' place, with faults on demand.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

sandbox.command("publish-text")(publishing.publish_text)
sandbox.command("publish-shared-text")(publishing.publish_shared_text)
sandbox.command("withdraw-texts")(publishing.withdraw_texts)


@sandbox.command()
def create(
    size: Annotated[
        Size | None,
        typer.Option(help="Every kind of unit, or as many as Sweden has.", show_default="HJV_SANDBOX_SIZE"),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same nation.")] = 1177,
    folder: Folder = None,
) -> None:
    """Make a nation, in place of the one that stands there.

    Example: hjv sandbox create --size national --seed 7
    """
    place = place_of(folder)
    with Console(stderr=True).status("Making the nation …") as status:
        manifest = create_nation(
            place,
            size or Settings().sandbox_size,
            seed=seed,
            now=datetime.now(UTC),
            progress=lambda units: status.update(f"Making the nation: {units} units …"),
        )
    typer.echo(f"{manifest.units} units stand in {place}; a correct import shows {manifest.visible} of them.")


@sandbox.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Where to listen.", show_default="HJV_HOST")] = None,
    port: Annotated[int | None, typer.Option(help="The port of HTTP.", show_default="HJV_SANDBOX_PORT")] = None,
    tls_port: Annotated[
        int | None, typer.Option(help="A port of HTTPS, where a client must show a certificate.")
    ] = None,
    folder: Folder = None,
) -> None:
    """Answer in the sources' place until interrupted.

    Example: hjv sandbox serve --tls-port 8443
    """
    from hjv_pipelines.sandbox.server import serve as listen

    settings = Settings()
    host, port = host or settings.host, port or settings.sandbox_port
    place = place_of(folder)
    typer.echo(f"Serving {place} at http://{host}:{port} (how it is asked: /stats).", err=True)
    if tls_port is not None:
        typer.echo(f"Also at https://{host}:{tls_port}, for clients with {place}/certificates/client.pem.", err=True)
    listen(place, host, port, tls_port=tls_port)


@sandbox.command()
def change(
    hsa_id: HsaId,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="ELEMENT=VALUE", help="A raw value. Repeat it for several; empty for none."),
    ] = None,
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Take the unit out of the directory.")] = False,
    folder: Folder = None,
) -> None:
    """Change a unit from now on, or take it away. An element gets exactly the values that are given.

    Example: hjv sandbox change SE2321000016-1 --set careType=01 --set careType=03

    Example: hjv sandbox change SE2321000016-1 --set destinationIndicator=

    A composite value is JSON: --set 'unitFunction={"name": "Bokning", "telephoneNumber": "08123456"}'
    """
    if remove == bool(assignments):
        raise typer.BadParameter("say either --set ELEMENT=VALUE or --remove")
    elements = _elements(assignments or [])
    archive, at = open_nation(place_of(folder)), datetime.now(UTC)
    try:
        if remove:
            archive.remove(hsa_id, at)
        else:
            archive.change(hsa_id, elements, at)
    except LookupError as error:
        raise unknown(hsa_id) from error
    in_a_file = served_in_a_file_from(at).astimezone(STOCKHOLM)
    typer.echo(
        f"{hsa_id} is {'gone' if remove else 'changed'}: seen one by one from now on, "
        f"in the complete file from {in_a_file:%Y-%m-%d %H:%M}."
    )


@sandbox.command("break", epilog="\n\n".join(f"{kind}: {FAULTS[kind]}" for kind in FAULTS))
def break_service(
    service: Annotated[Service, typer.Argument(help="The service to break.")],
    fault: Annotated[Kind, typer.Argument(help="How it is broken, see below.")],
    count: Annotated[int | None, typer.Option(min=1, help="For so many answers.", show_default="until mended")] = None,
    code: Annotated[str, typer.Option(help="The platform's code, for `fault`.")] = "VP009",
    folder: Folder = None,
) -> None:
    """Break a service from its next answer on, whether it runs already or not.

    Example: hjv sandbox break hsa_file truncated

    Example: hjv sandbox break eservices fault --code VP007 --count 3
    """
    Faults(place_of(folder)).set(service, Fault(fault, code, count))
    lasting = f"for {count} answers" if count else f"until `hjv sandbox mend {service}`"
    typer.echo(f"{service} is broken {lasting}: {FAULTS[fault]}.")
    if service == "hsa_file" and fault in {"half", "nothing"}:
        next_file = next_file_from(datetime.now(UTC)).astimezone(STOCKHOLM)
        typer.echo(
            "Who imported the file that is served now loses nothing by it: it speaks of the same moment. "
            f"The next one is served from {next_file:%Y-%m-%d %H:%M}."
        )


@sandbox.command()
def mend(
    service: Annotated[Service | None, typer.Argument(help="The service to mend.", show_default="all")] = None,
    folder: Folder = None,
) -> None:
    """Mend a service, or all of them.

    Example: hjv sandbox mend hsa_file
    """
    Faults(place_of(folder)).mend(*([service] if service else []))
    typer.echo(f"{service or 'Every service'} answers as it should.")


@sandbox.command("show")
def show_unit(hsa_id: HsaId, *, as_json: AsJson = False, folder: Folder = None) -> None:
    """Show a unit as raw as the directory holds it now.

    Example: hjv sandbox show SE2321000016-1 --json
    """
    unit = open_nation(place_of(folder)).unit(hsa_id, datetime.now(UTC))
    if unit is None:
        raise unknown(hsa_id)
    shown = show.as_json if as_json else show.unit
    shown(unit)


@sandbox.command()
def dirty(
    kind: Annotated[str | None, typer.Argument(help="Show every unit with this kind of dirt.")] = None,
    *,
    as_json: AsJson = False,
    folder: Folder = None,
) -> None:
    """List the kinds of dirt with one unit each, or every unit of a kind.

    Example: hjv sandbox dirty rt90_swapped
    """
    place = place_of(folder)
    open_nation(place)
    soiled = [unit for unit in expectations(place) if unit.dirt]
    listed = [unit for unit in soiled if unit.dirt == kind] if kind else show.one_of_each_kind(soiled)
    if kind and not listed:
        known = ", ".join(sorted({unit.dirt for unit in soiled if unit.dirt}))
        raise HjvError(f"No unit has dirt of the kind {kind!r}. There are: {known}.")
    shown = show.as_json if as_json else show.dirty
    shown(listed)


@sandbox.command()
def manifest(*, as_json: AsJson = False, folder: Folder = None) -> None:
    """Show what a correct import of the nation gives.

    Example: hjv sandbox manifest --json
    """
    place = place_of(folder)
    open_nation(place)
    shown = show.as_json if as_json else show.manifest
    shown(Manifest.load(place))


def _elements(assignments: list[str]) -> Profile:
    """Return what the assignments `element=value` say, the values of an element in their order."""
    elements: Profile = {}
    for assignment in assignments:
        name, assigned, value = assignment.partition("=")
        if not (name and assigned):
            raise typer.BadParameter(f"{assignment!r} is not of the form ELEMENT=VALUE")
        elements.setdefault(name, []).extend([_value(value)] if value else [])
    return elements


def _value(value: str) -> str | Composite:
    """Return a raw value as it stands, or the composite value that its JSON says."""
    if not value.startswith("{"):
        return value
    try:
        children = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise typer.BadParameter(f"{value} is not JSON ({error})") from error
    return {name: texts if isinstance(texts, list) else [texts] for name, texts in children.items()}
