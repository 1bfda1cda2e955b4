"""What the sources really say, and have ever said: the truth that every published card is held against.

Each value carries a number that no other value has: `hsa-7`, `eservices-8`, `kka-9`. By them a card tells which state
of each source it shows. Here: a tiny nation of two regions, its clock, and its changes. Not here: faults (`events.py`),
and what is published (`consumer.py`).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.kka import publish_text
from hjv_pipelines.sandbox.unit import EService, Profile, SandboxUnit

BEGINNING = datetime(2026, 11, 1, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)

REGIONS = ("01-stockholm", "12-skane")
SOURCES = ("hsa", "eservices", "kka")
PLACES = {
    "01": ("Stockholms län", "0180", "Stockholm", 6581164, 1630250),
    "12": ("Skåne län", "1281", "Lund", 6175000, 1335000),
}
UNITS_IN_A_REGION = 24
MOST_AWAY = 3
"""Units of a region that are away at a time: the loss of five would be the guard's business."""

State = int | None
"""The number that a source's word on a unit carries; None where there is nothing that a card could show."""


@dataclass
class World:
    """The nation in `archive` at the moment `now`; `history` has every state that a source's word on a unit had."""

    archive: Archive
    now: datetime = MORNING
    history: dict[tuple[str, str], list[State]] = field(default_factory=lambda: defaultdict(list))
    away: dict[str, SandboxUnit | None] = field(default_factory=dict)
    """Units without a card: not marked for Hitta vård, or (with the unit) taken out of HSA."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1000))

    @classmethod
    def begin(cls, folder: Path) -> "World":
        """Return the nation as it is before the storm."""
        world = cls(Archive(folder / "nation.sqlite"))
        units = [world._unit(county, number) for county in PLACES for number in range(UNITS_IN_A_REGION)]
        Archive.create(folder / "nation.sqlite", units, BEGINNING)
        for unit in units:
            world.publish(unit.hsa_id, BEGINNING)
        return world

    @property
    def units(self) -> list[str]:
        """The HSA-ids of all units that there ever are."""
        return [hsa_id for source, hsa_id in self.history if source == "hsa"]

    @property
    def here(self) -> list[str]:
        """The HSA-ids of those that have a card."""
        return [hsa_id for hsa_id in self.units if hsa_id not in self.away]

    @property
    def free_to_go(self) -> list[str]:
        """The HSA-ids of those that may go: not too many of a region at a time."""
        return [one for one in self.here if sum(one[:12] == other[:12] for other in self.away) < MOST_AWAY]

    def clock(self) -> datetime:
        """Return the moment."""
        return self.now

    def passes(self, time: timedelta) -> None:
        """Let time pass."""
        self.now += time

    def rename(self, hsa_id: str) -> None:
        """Let HSA say something else of a unit that has a card."""
        self.archive.change(hsa_id, self._said_by_hsa(hsa_id), self.now)

    def offer(self, hsa_id: str) -> None:
        """Let 1177 e-tjänster say something else of a unit that has a card."""
        self.archive.offer(hsa_id, self._offered(hsa_id), self.now)

    def publish(self, hsa_id: str, at: datetime | None = None) -> None:
        """Let KKA say something else of a unit that HSA knows."""
        number = self._next("kka", hsa_id)
        text = {"id": "1", "section": "news", "heading": f"Nytt kka-{number}", "text": f"<p>kka-{number}</p>"}
        publish_text(self.archive, hsa_id, text, at or self.now)

    def hide(self, hsa_id: str) -> None:
        """Let HSA mark a unit for Hitta vård no more."""
        self._goes(hsa_id, None)
        self.archive.change(hsa_id, {"destinationIndicator": []}, self.now)

    def remove(self, hsa_id: str) -> None:
        """Take a unit out of HSA."""
        self._goes(hsa_id, self.archive.unit(hsa_id, self.now))
        self.archive.remove(hsa_id, self.now)

    def bring_back(self, hsa_id: str) -> None:
        """Let HSA have a unit again, marked and with a new name."""
        unit = self.away.pop(hsa_id)
        elements: Profile = {**self._said_by_hsa(hsa_id), "destinationIndicator": ["03"]}
        if unit is None:
            self.archive.change(hsa_id, elements, self.now)
        else:
            self.archive.add([unit.changed(elements)], self.now)
        offered = self.history["eservices", hsa_id]
        offered.append(offered[-2])

    def _goes(self, hsa_id: str, unit: SandboxUnit | None) -> None:
        """Nobody is asked about the e-services of a unit that is not marked: they come back some time after it."""
        self.away[hsa_id] = unit
        self.history["hsa", hsa_id].append(None)
        self.history["eservices", hsa_id].append(None)

    def _unit(self, county: str, number: int) -> SandboxUnit:
        name, municipality_code, municipality, x, y = PLACES[county]
        hsa_id = f"SE23210000{county}-{number:04}"
        profile: Profile = {
            "unitHsaId": [hsa_id],
            "destinationIndicator": ["03"],
            "businessType": ["02"],
            "careType": ["01"],
            "countyCode": [county],
            "countyName": [name],
            "municipalityCode": [municipality_code],
            "municipalityName": [municipality],
            "geographicalCoordinatesRt90": [f"X: {x + number}, Y: {y}"],
        }
        container = {"hsaIdentity": hsa_id, "DN": f"ou={number},c=SE"}
        bare = SandboxUnit(hsa_id, container, profile, self._offered(hsa_id))
        return bare.changed(self._said_by_hsa(hsa_id))

    def _said_by_hsa(self, hsa_id: str) -> Profile:
        number = self._next("hsa", hsa_id)
        name = f"Vårdcentralen hsa-{number}"
        return {"unitName": [name], "publicName": [name], "description": [f"hsa-{number}"]}

    def _offered(self, hsa_id: str) -> list[EService]:
        number = self._next("eservices", hsa_id)
        return [EService(commonName=f"Boka eservices-{number}", description=f"eservices-{number}", resourceId="1")]

    def _next(self, source: str, hsa_id: str) -> int:
        number = next(self.numbers)
        self.history[source, hsa_id].append(number)
        return number
