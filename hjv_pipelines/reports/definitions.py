"""`docs/definitions.md`: everything that Dagster is told, so that no change of the lineage is an accident.

Here: the document. `make docs` writes it. Not here: how the definitions are told (`orchestration/inventory.py`).
"""

import sys
from pathlib import Path

from hjv_pipelines.definitions import build_defs
from hjv_pipelines.orchestration.inventory import inventory
from hjv_pipelines.settings import Settings

_HEAD = """# Definitions

Written by `make docs` from the code: change that, not this. Every asset, check, job, schedule and sensor that Dagster
is told of. A test compares this page with the code: whoever changes the lineage, a time or an owner sees it here first,
and so does the reviewer. The tables' fields stand in [sources.md](sources.md).

"""


def definitions_document() -> str:
    """Return the whole document, in Markdown, of an installation that says nothing else than the defaults."""
    return _HEAD + inventory(build_defs(Settings.model_construct()))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(definitions_document())
