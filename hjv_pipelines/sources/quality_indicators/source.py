"""A source of quality indicators: asked county by county, or for some units; each of the two sources is one of these.

Here: which questions are put, and what the answers mean for the scope. Not here: what is asked for
(`sources/waiting_times.py`, `sources/waiting_times_skane.py`), and reading an answer (`answer.py`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from hjv_pipelines.regions import region, region_of_county
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.asking import address_of, rivta_client, utc_now
from hjv_pipelines.sources.quality_indicators.answer import UnitAnswer, read_units
from hjv_pipelines.sources.quality_indicators.measurement import Indicators, finding
from hjv_pipelines.sources.quality_indicators.profile import CONTRACT, question, raw_measurements
from hjv_pipelines.sources.quality_indicators.record import QualityIndicators
from hjv_pipelines.sources.source import Directory, Refusal, Scope, Snapshot, UnitDocument
from hjv_pipelines.transport.http import Bounds
from hjv_pipelines.transport.rivta import BOUNDS, RivtaClient


class QualityIndicatorSource(ABC):
    """Every unit with an indicator that was asked for has a document; a unit that the answer leaves out has none."""

    name: ClassVar[str]
    regions: ClassVar[tuple[str, ...]]
    indicators: ClassVar[Indicators]
    record = QualityIndicators
    by_region = True

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = utc_now, bounds: Bounds = BOUNDS) -> None:
        self._settings = settings
        self._clock = clock
        self._bounds = bounds

    @property
    @abstractmethod
    def logical_address(self) -> str:
        """Who is asked."""

    @property
    @abstractmethod
    def calls_per_second(self) -> float:
        """The pace."""

    def fetch(self, scope: Scope, directory: Directory) -> Snapshot:
        """Return the indicators of the scope's units. The calls are made as the records are read."""
        records = self._units(self._ours(scope, directory)) if scope.hsa_ids else self._regions(scope)
        asked_at = self._clock()
        return Snapshot(self.name, scope, as_of=asked_at, fetched_at=asked_at, records=records)

    def _regions(self, scope: Scope) -> Iterator[UnitDocument | Refusal]:
        for key in scope.regions:
            if key in self.regions:
                for unit in self._ask(county_code=region(key).county_code):
                    yield unit if isinstance(unit, Refusal) else self._told(unit, key)

    def _ours(self, scope: Scope, directory: Directory) -> Mapping[str, str]:
        """Return those of the scope's units that lie in our regions: where we hold them, or else where HSA marks them.

        A unit that is neither held nor marked has no document to lose, and no card that could show one.
        """
        known = {**directory.marked_units(scope), **directory.held_units(self.name, scope)}
        return {hsa_id: key for hsa_id, key in known.items() if key in self.regions}

    def _units(self, ours: Mapping[str, str]) -> Iterator[UnitDocument | Refusal]:
        if not ours:
            return
        for unit in self._ask(hsa_ids=sorted(ours)):
            if isinstance(unit, Refusal):
                yield unit
            elif unit.hsa_id in ours:
                said = region_of_county(unit.county_code).key
                yield self._told(unit, said if said in self.regions else ours[unit.hsa_id])

    def _told(self, unit: UnitAnswer, key: str) -> UnitDocument | Refusal:
        """Return a unit's document; its refusal where nothing of it can be used, so that it stays as it was."""
        record = unit.record
        if record is None:
            return Refusal(unit.hsa_id, unit.where, tuple(unit.findings))
        if unit.county_code != region(key).county_code:
            unit.findings.append(
                finding("organizationId", "indicator_county", unit.county_code, self.indicators.source)
            )
        return UnitDocument(unit.hsa_id, key, record, tuple(unit.findings))

    def _ask(self, *, county_code: str | None = None, hsa_ids: Iterable[str] = ()) -> Iterator[UnitAnswer | Refusal]:
        answer = self._rivta.call(
            CONTRACT,
            self._url,
            self.logical_address,
            **question(self.indicators.names, county_code=county_code, hsa_ids=hsa_ids),
        )
        yield from read_units(raw_measurements(answer, self.indicators.source), self.indicators)

    @property
    def _url(self) -> str:
        return address_of(self._settings, f"{self.name}_url", self.indicators.source)

    @cached_property
    def _rivta(self) -> RivtaClient:
        return rivta_client(self._settings, self.calls_per_second, self._bounds)
