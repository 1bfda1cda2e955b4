"""A source's word of a unit: what it says, and what a correct card shows of that.

Here: the form in which every teller speaks. Not here: the tellers (`tellers.py` names them, a module a source).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hjv_pipelines.sandbox.manifest import Fact
from hjv_pipelines.sandbox.unit import Json


@dataclass(frozen=True, slots=True)
class Word:
    """What a source `says` of a unit, in a shape of its own, and what a correct card shows of that (`shown`).

    `None` where the source says something that no card shows. `breaks` are the rules that it breaks, one for each
    finding of a correct import. Where nothing of it is usable, a correct import refuses it and keeps what it had.
    """

    says: Json
    shown: Fact
    breaks: Sequence[str] = ()
    is_usable: bool = True
