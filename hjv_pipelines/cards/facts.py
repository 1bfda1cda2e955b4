"""What all sources say of one unit: the whole input of a card, but for the time.

Here: the facts, and what follows from HSA's alone (region, distance unit, position). Not here: reading them
from the store, and judging them (`visibility.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from hjv_pipelines.cards.parts import Position
from hjv_pipelines.cards.position import position_of
from hjv_pipelines.regions import Region, region_of_county
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.source import Finding, Record

DISTANCE_UNIT = "03"
"""The business type (hsaBusinessType) of units without a place: they need no county and no coordinates."""


@dataclass(frozen=True)
class UnitFacts:
    """What the sources say of the unit `hsa_id`.

    `hsa` is HSA's record, `records` those of the other sources by the source's name, and `findings` what had
    to be dropped from any of them, by the source's name.
    """

    hsa_id: str
    hsa: HsaUnit | None
    records: Mapping[str, Record] = field(default_factory=dict)
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)

    @property
    def region(self) -> Region:
        """Return the region of the unit's county in HSA; the one of units at a distance where it has none."""
        return region_of_county(self.hsa.county_code if self.hsa else None)

    @property
    def is_distance_unit(self) -> bool:
        """Tell whether the unit has no place: care by telephone or on line."""
        return self.hsa is not None and DISTANCE_UNIT in self.hsa.business_types

    @cached_property
    def position(self) -> Position | None:
        """Return where the unit lies, as HSA has it."""
        return position_of(self.hsa) if self.hsa else None
