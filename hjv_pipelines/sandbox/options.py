"""What the sandbox's commands have in common: the words of their options, and finding the nation.

Here: that. Not here: the commands (`command.py`, `publishing.py`).
"""

from pathlib import Path
from typing import Annotated

import typer

from hjv_pipelines.failures import HjvError
from hjv_pipelines.settings import Settings

Folder = Annotated[Path | None, typer.Option(help="Where the nation stands.", show_default="<HJV_DATA_DIR>/sandbox")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
HsaId = Annotated[str, typer.Argument(metavar="HSA-ID", help="The unit, in any spelling.")]


def place_of(folder: Path | None) -> Path:
    """Return the folder of the nation: the one that was named, or that of the data folder."""
    return folder or Settings().home / "sandbox"


def unknown(hsa_id: str) -> HjvError:
    """Return the error that there is no such unit."""
    return HjvError(f"The sandbox has no unit {hsa_id!r}. See some with: hjv sandbox dirty")
