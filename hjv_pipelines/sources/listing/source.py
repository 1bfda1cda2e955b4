"""Listningstjänsten as a source: asked county by county for the units where one can list oneself.

Here: which questions are put, and what the answers mean for the scope. Not here: reading an answer (`answer.py`)
and the wire (`transport/rivta.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from hjv_pipelines.regions import DISTANCE, REGION_KEYS, region
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.asking import address_of, rivta_client, utc_now
from hjv_pipelines.sources.listing.answer import RESPONDER, ListedUnit, read_facilities
from hjv_pipelines.sources.listing.record import Listing
from hjv_pipelines.sources.regional import placement_findings, places_of
from hjv_pipelines.sources.source import Directory, Refusal, Scope, Snapshot, UnitDocument
from hjv_pipelines.transport.http import Bounds
from hjv_pipelines.transport.rivta import BOUNDS, Contract, RivtaClient

CONTRACT = Contract(
    wsdl="GetAvailableFacilities_1.0/interaction.wsdl",
    binding=("{urn:riv:crm:carelisting:GetAvailableFacilities:1:rivtabp20}GetAvailableFacilitiesResponderBinding"),
    operation="getAvailableFacilities",
    worth_another_try=frozenset({f"{RESPONDER}TechnicalException"}),
)
"""BP 2.0, the only profile that the contract has: the receiver stands in `wsa:To`."""


class ListingSource:
    """One call a county. A unit that the answer leaves out is one where nobody can list themselves."""

    name = "listing"
    record = Listing
    by_region = True
    regions = tuple(key for key in REGION_KEYS if key != DISTANCE.key)

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = utc_now, bounds: Bounds = BOUNDS) -> None:
        self._settings = settings
        self._clock = clock
        self._bounds = bounds

    def fetch(self, scope: Scope, directory: Directory) -> Snapshot:
        """Return the units of the scope where one can list oneself. The calls are made at once.

        The contract asks for a county: single units are asked about where we hold them, or else where HSA has them;
        about one without a county nobody can be asked, and it is told to be gone.
        """
        asked_at = self._clock()
        answers = self._units(scope, directory) if scope.hsa_ids else self._counties(scope)
        records = _placed(list(answers), directory)
        return Snapshot(self.name, scope, as_of=asked_at, fetched_at=asked_at, records=records)

    def _counties(self, scope: Scope) -> Iterator[tuple[str, ListedUnit | Refusal]]:
        for key in scope.regions:
            if key != DISTANCE.key:
                yield from ((key, said) for said in self._ask(key, ()))

    def _units(self, scope: Scope, directory: Directory) -> Iterator[tuple[str, ListedUnit | Refusal]]:
        placed = {**directory.marked_units(scope), **directory.held_units(self.name, scope)}
        for key in sorted({*placed.values()} - {DISTANCE.key}):
            wanted = sorted(hsa_id for hsa_id, lies in placed.items() if lies == key)
            # Who asks about some units may be answered about all: the schema lets the producer choose.
            yield from ((key, said) for said in self._ask(key, wanted) if said.hsa_id in wanted)

    def _ask(self, key: str, hsa_ids: Sequence[str]) -> Iterator[ListedUnit | Refusal]:
        answer = self._rivta.call(
            CONTRACT,
            self._url,
            self._settings.listing_logical_address,
            countyCode=region(key).county_code,
            healthcare_facilities=list(hsa_ids),
        )
        yield from read_facilities(answer)

    @property
    def _url(self) -> str:
        return address_of(self._settings, "listing_url", "Listningstjänsten")

    @cached_property
    def _rivta(self) -> RivtaClient:
        return rivta_client(self._settings, self._settings.listing_calls_per_second, self._bounds)


def _placed(
    answers: Sequence[tuple[str, ListedUnit | Refusal]], directory: Directory
) -> Iterator[UnitDocument | Refusal]:
    """Return what was answered as documents of the county that was asked; that HSA says otherwise is told."""
    places = places_of((said.hsa_id for _, said in answers if isinstance(said, ListedUnit)), directory)
    return iter([said if isinstance(said, Refusal) else _document(key, said, places) for key, said in answers])


def _document(key: str, said: ListedUnit, places: Mapping[str, str]) -> UnitDocument:
    odd = placement_findings(said.hsa_id, places, of=key, field="facilityId", source="Listningstjänsten")
    return UnitDocument(said.hsa_id, key, said.record, (*said.findings, *odd))
