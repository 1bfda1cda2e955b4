"""Vaccinera as a source: asked for all of Region Stockholm, or for single units.

Here: which questions are put, and what the answers mean for the scope. Not here: reading an answer (`answer.py`) and
the wire (`transport/json.py`).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property

import httpx

from hjv_pipelines.regions import region
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.asking import address_of, asked_in_batches, utc_now
from hjv_pipelines.sources.regional import placement_findings, places_of
from hjv_pipelines.sources.source import Directory, Refusal, Scope, Snapshot, UnitDocument
from hjv_pipelines.sources.vaccinera.answer import UnitAnswer, finding, read_county, read_units
from hjv_pipelines.sources.vaccinera.record import Vaccinations
from hjv_pipelines.transport.http import Bounds, client
from hjv_pipelines.transport.json import BOUNDS, get_json
from hjv_pipelines.transport.pace import Pace

REGION = "01-stockholm"
"""The region that Vaccinera speaks of."""

UNITS_IN_A_QUESTION = 100
"""An address holds some 8,000 characters; so many HSA-ids are 3,200 at most."""


class VaccineraSource:
    """One question about the county. A unit that a whole answer leaves out offers no vaccination, as out of season."""

    name = "vaccinera"
    record = Vaccinations
    by_region = True
    regions = (REGION,)

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = utc_now, bounds: Bounds = BOUNDS) -> None:
        self._settings = settings
        self._clock = clock
        self._bounds = bounds

    def fetch(self, scope: Scope, directory: Directory) -> Snapshot:
        """Return what the scope's units offer. The calls are made at once: the directory is asked about the answer."""
        asked_at = self._clock()
        records = list(self._records(scope, directory))
        return Snapshot(self.name, scope, as_of=asked_at, fetched_at=asked_at, records=iter(records))

    def _records(self, scope: Scope, directory: Directory) -> Iterator[UnitDocument | Refusal]:
        said = [*(self._county() if scope.is_complete else self._single(scope.hsa_ids))]
        units = [unit for unit in said if isinstance(unit, UnitAnswer)]
        places = places_of((unit.hsa_id for unit in units), directory)
        for unit in units:
            if scope.hsa_ids and unit.hsa_id not in scope.hsa_ids:
                yield _unasked(unit)
            elif unit.record is not None:
                odd = placement_findings(unit.hsa_id, places, of=REGION, field="hsaId", source="Vaccinera")
                yield UnitDocument(unit.hsa_id, REGION, unit.record, (*unit.findings, *odd))
        yield from (refusal for refusal in said if isinstance(refusal, Refusal))

    def _county(self) -> Iterator[UnitAnswer | Refusal]:
        return read_county(self._ask({"county": region(REGION).county_code}))

    def _single(self, hsa_ids: Sequence[str]) -> Iterator[UnitAnswer | Refusal]:
        for _, answer in asked_in_batches(self._ask_units, hsa_ids, UNITS_IN_A_QUESTION):
            yield from read_units(answer)

    def _ask_units(self, hsa_ids: Sequence[str]) -> object:
        return self._ask({"hsaIds": ",".join(hsa_ids)})

    def _ask(self, question: dict[str, str]) -> object:
        return get_json(self._http, self._url, "Vaccinera", query=question, turn=self._pace.turn, bounds=self._bounds)

    @property
    def _url(self) -> str:
        return address_of(self._settings, "vaccinera_url", "Vaccinera")

    @cached_property
    def _http(self) -> httpx.Client:
        return client(self._settings)

    @cached_property
    def _pace(self) -> Pace:
        return Pace(self._settings.vaccinera_calls_per_second)


def _unasked(unit: UnitAnswer) -> Refusal:
    """Return the refusal of what an answer says about a unit that nobody asked about."""
    return Refusal(unit.hsa_id, unit.where, (finding("hsaId", "vaccination_unasked", unit.hsa_id, unit.hsa_id),))
