"""1177 e-tjänster as a source: asked for the units that HSA marks, batch by batch, at the contract's pace.

Here: which questions are put, and what the answers mean for the scope. Not here: reading an answer
(`answer.py`) and the wire (`transport/rivta.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from lxml.etree import _Element

from hjv_pipelines.hsa_id import spelled_in
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.asking import address_of, asked_in_batches, rivta_client, utc_now
from hjv_pipelines.sources.eservices.answer import UnitAnswer, read_units
from hjv_pipelines.sources.eservices.record import EServices
from hjv_pipelines.sources.eservices.values import finding
from hjv_pipelines.sources.source import Directory, Refusal, Scope, Snapshot, UnitDocument
from hjv_pipelines.transport.http import Bounds
from hjv_pipelines.transport.rivta import BOUNDS, Contract, RivtaClient

CONTRACT = Contract(
    wsdl="GetAvailableEServices_1.0/interaction.wsdl",
    binding=(
        "{urn:riv:eservicesupply:eoffering:GetAvailableEServices:1:rivtabp21}GetAvailableEServicesResponderBinding"
    ),
    operation="GetAvailableEServices",
)


class EServicesSource:
    """Every marked unit of a scope is asked about. One that the answer leaves out has no e-services."""

    name = "eservices"
    record = EServices
    by_region = True
    regions = REGION_KEYS

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = utc_now, bounds: Bounds = BOUNDS) -> None:
        self._settings = settings
        self._clock = clock
        self._bounds = bounds

    def fetch(self, scope: Scope, directory: Directory) -> Snapshot:
        """Return the e-services of the scope's marked units. The calls are made as the records are read."""
        units = self._units(scope, directory)
        asked_at = self._clock()
        return Snapshot(self.name, scope, as_of=asked_at, fetched_at=asked_at, records=self._records(units))

    def _units(self, scope: Scope, directory: Directory) -> Mapping[str, str]:
        """Return the marked units of the scope, and those that moved away since: they keep what they have meanwhile."""
        marked = directory.marked_units(scope)
        moved = tuple(sorted(directory.held_units(self.name, scope).keys() - marked.keys()))
        return {**directory.marked_units(Scope(hsa_ids=moved)), **marked} if moved else marked

    def _records(self, units: Mapping[str, str]) -> Iterator[UnitDocument | Refusal]:
        for _, answer in asked_in_batches(self._ask, sorted(units), self._settings.eservices_batch):
            for unit in read_units(answer):
                if unit.hsa_id not in units:
                    yield _unasked(unit)
                elif unit.record is not None:
                    yield UnitDocument(unit.hsa_id, units[unit.hsa_id], unit.record, unit.findings)

    def _ask(self, hsa_ids: Sequence[str]) -> _Element | None:
        return self._rivta.call(
            CONTRACT,
            self._url,
            self._settings.eservices_logical_address,
            healthcare_facility=list(hsa_ids),
        )

    @property
    def _url(self) -> str:
        return address_of(self._settings, "eservices_url", "1177 e-tjänster")

    @cached_property
    def _rivta(self) -> RivtaClient:
        return rivta_client(self._settings, self._settings.eservices_calls_per_second, self._bounds)


def _unasked(unit: UnitAnswer) -> Refusal:
    """Return the refusal of what an answer says about a unit that nobody asked about."""
    breach = finding("healthcare_facility", "eservice_unasked", unit.hsa_id, "GetAvailableEServices")
    return Refusal(spelled_in(unit.hsa_id), unit.where, (breach,))
