"""Everything that is wrong or strange in real directories, as small functions that do it to a clean unit.

Here: one module a subject, and the list of them all. Not here: how many units get which (`nation.py`). No
function looks at what an importer would say: each knows what it has done.
"""

from hjv_pipelines.sandbox.dirt import (
    codes,
    contacts,
    dates,
    hours,
    identity,
    notices,
    position,
    texts,
    visibility,
)
from hjv_pipelines.sandbox.dirt.dirt import Dirt

DIRT: tuple[Dirt, ...] = tuple(
    each
    for module in (identity, position, hours, notices, dates, codes, contacts, texts, visibility)
    for each in vars(module).values()
    if isinstance(each, Dirt)
)
"""All kinds of dirt."""
