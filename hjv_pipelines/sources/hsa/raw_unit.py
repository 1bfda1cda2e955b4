"""A unit as it stands in the input: element names and raw texts.

Here: the one shape to which every way of asking HSA leads, in the names and syntaxes of the file's profile
(docs/contracts.md). Not here: taking it from XML (`unit_xml.py`, `get_hsa_unit.py`), and what it means
(`unit.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Texts = Mapping[str, Sequence[str]]
"""Element name → its values in document order."""


@dataclass(frozen=True, slots=True)
class RawUnit:
    """The `texts` of a unit, and the children of its composite elements (`parts`), by element name."""

    texts: Texts
    parts: Mapping[str, Sequence[Texts]] = field(default_factory=dict)

    def first(self, element: str) -> str:
        """Return the first value of `element`; an empty text where there is none."""
        values = self.texts.get(element)
        return values[0] if values else ""
