"""The directory as one answer shows it: at a moment, and whole or what an incident left of it.

Here: the view that every service answers from. Not here: the units' history (`archive.py`), and when an
answer shows less (`faults.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from zlib import crc32

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.unit import EService, SandboxUnit, normalised


class Portion(Enum):
    """A portion of the nation. `HALF` is the same half in every service and in every answer."""

    WHOLE = "whole"
    HALF = "half"
    NOTHING = "nothing"

    def holds(self, hsa_id: str) -> bool:
        """Tell whether the portion holds the unit, in whatever way its HSA-id is spelled."""
        if self is Portion.HALF:
            return crc32(normalised(hsa_id).encode()) % 2 == 0
        return self is Portion.WHOLE


@dataclass(frozen=True, slots=True)
class Directory:
    """The units of `archive` at `at` (aware), as far as they belong to `portion`."""

    archive: Archive
    at: datetime
    portion: Portion = Portion.WHOLE

    def units(self) -> Iterator[SandboxUnit]:
        """Yield every record in file order."""
        return (unit for unit in self.archive.units(self.at) if self.portion.holds(unit.hsa_id))

    def unit(self, hsa_id: str) -> SandboxUnit | None:
        """Return the unit; `None` where the directory has none."""
        return self.archive.unit(hsa_id, self.at) if self.portion.holds(hsa_id) else None

    def told(self, source: str) -> Iterator[SandboxUnit]:
        """Yield the units of which `source` says something, by HSA-id."""
        return (unit for unit in self.archive.told(source, self.at) if self.portion.holds(unit.hsa_id))

    def eservices(self, hsa_ids: Sequence[str]) -> dict[str, list[EService]]:
        """Return the e-services of those of `hsa_ids` that have any, by normalised HSA-id."""
        return self.archive.eservices([hsa_id for hsa_id in hsa_ids if self.portion.holds(hsa_id)], self.at)
