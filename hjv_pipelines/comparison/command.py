"""`hjv sandbox compare`: whether the store holds of the sandbox nation what its manifest says.

Here: the words of the command line. Not here: what is compared (`differences.py`).
"""

from dataclasses import asdict

import orjson
import typer
from rich.console import Console
from rich.table import Table

from hjv_pipelines.sandbox.options import AsJson, Folder, place_of

SHOWN_UNITS = 5
"""How many units are named as an example of a difference."""


def compare(*, folder: Folder = None, as_json: AsJson = False) -> None:
    """Compare what was imported with what the nation's manifest says: units, findings, documents, sections.

    Exit 1 where anything differs. What was changed in the sandbox since it was made, or by the clock, differs too.

    Example: hjv once --size national && hjv sandbox compare
    """
    from hjv_pipelines.comparison.differences import compare as lay_side_by_side
    from hjv_pipelines.sandbox.manifest import expectations
    from hjv_pipelines.sandbox.nation import open_nation
    from hjv_pipelines.settings import Settings
    from hjv_pipelines.store.database import connect, database

    place = place_of(folder)
    open_nation(place)
    with database(Settings()) as url, connect(url) as connection:
        compared = lay_side_by_side(connection, expectations(place))
    differing = [aspect for aspect in compared if aspect.differing]
    if as_json:
        typer.echo(orjson.dumps([asdict(aspect) for aspect in compared], option=orjson.OPT_INDENT_2).decode())
    else:
        table = Table("", "manifest", "store", "differing", "such as", title="The nation", title_justify="left")
        for aspect in compared:
            examples = ", ".join(aspect.differing[:SHOWN_UNITS])
            table.add_row(aspect.aspect, str(aspect.expected), str(aspect.found), str(len(aspect.differing)), examples)
        console = Console()
        console.print(table)
        told = f"{len(differing)} of {len(compared)} differ." if differing else f"All {len(compared)} are the same."
        console.print(told, highlight=False)
    if differing:
        raise typer.Exit(1)
