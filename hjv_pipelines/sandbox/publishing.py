"""`hjv sandbox publish-text`, `publish-shared-text`, `withdraw-texts`: be an editor of KKA.

Here: the words of the command line, and the JSON that says which units to notify. Not here: what is changed (`kka.py`).
"""

from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer

from hjv_pipelines.failures import HjvError
from hjv_pipelines.regions import region
from hjv_pipelines.sandbox import kka
from hjv_pipelines.sandbox.editors_texts import SECTIONS
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.sandbox.options import Folder, HsaId, place_of, unknown
from hjv_pipelines.sandbox.unit import Json, normalised

Heading = Annotated[str, typer.Option(help="The text's heading.")]


def publish_text(
    hsa_id: HsaId,
    heading: Heading = "Nytt från redaktören",
    text: Annotated[str, typer.Option(help="The text, HTML.")] = "<p>Publicerat i sandlådan.</p>",
    section: Annotated[str, typer.Option(help=f"One of {', '.join(SECTIONS)}.")] = "news",
    text_id: Annotated[str, typer.Option("--id", help="A text with this id is replaced.")] = "sandbox",
    folder: Folder = None,
) -> None:
    """Publish a text for a unit in KKA from now on. Prints JSON.

    Example: hjv sandbox publish-text SE2321000016-1 --heading "Stängt idag"
    """
    said: dict[str, Json] = {"id": text_id, "section": section, "heading": heading, "text": text}
    try:
        kka.publish_text(open_nation(place_of(folder)), hsa_id, said, datetime.now(UTC))
    except LookupError as error:
        raise unknown(hsa_id) from error
    _print({"id": text_id, "heading": heading, "hsaIds": [normalised(hsa_id)]})


def withdraw_texts(hsa_id: HsaId, folder: Folder = None) -> None:
    """Let nothing be published for a unit in KKA from now on. Prints JSON.

    Example: hjv sandbox withdraw-texts SE2321000016-1
    """
    try:
        kka.withdraw(open_nation(place_of(folder)), hsa_id, datetime.now(UTC))
    except LookupError as error:
        raise HjvError(f"KKA has nothing of {hsa_id!r}. Publish with: hjv sandbox publish-text {hsa_id}") from error
    _print({"hsaIds": [normalised(hsa_id)]})


def publish_shared_text(
    region_key: Annotated[str, typer.Option("--region", help="The region, by key or county code.")],
    heading: Heading = "Så mycket kostar vården",
    folder: Folder = None,
) -> None:
    """Publish the shared text of a region that most units show with another heading. Prints JSON with those units.

    Example: hjv sandbox publish-shared-text --region 12
    """
    archive = open_nation(place_of(folder))
    identity, hsa_ids = kka.publish_shared_text(archive, region(region_key).key, heading, datetime.now(UTC))
    _print({"id": identity, "heading": heading, "hsaIds": hsa_ids})


def _print(said: dict[str, str | list[str]]) -> None:
    typer.echo(orjson.dumps(said))
