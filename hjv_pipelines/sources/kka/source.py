"""KKA as a source: asked region by region, or for single units.

Here: which questions are put, and what the answers mean for the scope. Not here: reading an answer (`answer.py`) and
the wire (`transport/json.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

import httpx

from hjv_pipelines.regions import DISTANCE, REGION_KEYS, region
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.asking import address_of, asked_in_batches, utc_now
from hjv_pipelines.sources.kka.answer import UnitAnswer, read_region, read_units
from hjv_pipelines.sources.kka.record import PublishedContent
from hjv_pipelines.sources.kka.rules import finding
from hjv_pipelines.sources.source import Directory, Refusal, Scope, Snapshot, UnitDocument
from hjv_pipelines.transport.http import Bounds, client
from hjv_pipelines.transport.json import BOUNDS, get_json
from hjv_pipelines.transport.pace import Pace

UNITS_IN_A_QUESTION = 100
"""An address holds some 8,000 characters; so many HSA-ids are 3,200 at most."""


class KkaSource:
    """One question a region. A unit that the answer leaves out has nothing published, whether it has a card or not."""

    name = "kka"
    record = PublishedContent
    by_region = True
    regions = REGION_KEYS

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = utc_now, bounds: Bounds = BOUNDS) -> None:
        self._settings = settings
        self._clock = clock
        self._bounds = bounds

    def fetch(self, scope: Scope, directory: Directory) -> Snapshot:
        """Return what is published in the scope. The calls are made at once.

        KKA does not say where a single unit lies: it stays where we hold it, or lies where HSA has it.
        """
        asked_at = self._clock()
        if scope.is_complete:
            records = [record for key in scope.regions for record in self._region(key, directory)]
        else:
            places = {**directory.marked_units(scope), **directory.held_units(self.name, scope)}
            records = list(self._units(scope.hsa_ids, places))
        return Snapshot(self.name, scope, as_of=asked_at, fetched_at=asked_at, records=iter(records))

    def _region(self, key: str, directory: Directory) -> Iterator[UnitDocument | Refusal]:
        """Yield what is published in a region, and by units of ours that moved away from it since the last import."""
        answer = list(read_region(self._ask({"region": region(key).county_code or _DISTANCE})))
        for said in answer:
            yield from _records(said, {}, key)
        # What moved would be gone until its new region's turn, and longer where that one fails.
        held = directory.held_units(self.name, Scope(regions=(key,)))
        missing = tuple(sorted(held.keys() - {said.hsa_id for said in answer}))
        marked = directory.marked_units(Scope(hsa_ids=missing)) if missing else {}
        moved = {hsa_id: lies_in for hsa_id, lies_in in marked.items() if lies_in != key}
        yield from self._units(sorted(moved), moved)

    def _units(self, hsa_ids: Sequence[str], places: Mapping[str, str]) -> Iterator[UnitDocument | Refusal]:
        for batch, answer in asked_in_batches(self._ask_units, hsa_ids, UNITS_IN_A_QUESTION):
            for said in read_units(answer):
                if said.hsa_id is None or said.hsa_id in batch:
                    yield from _records(said, places, DISTANCE.key)
                else:
                    unasked = finding("hsaId", "content_unasked", said.hsa_id, said.hsa_id)
                    yield Refusal(said.hsa_id, said.where, (unasked,))

    def _ask_units(self, hsa_ids: Sequence[str]) -> object:
        return self._ask({"hsaIds": ",".join(hsa_ids)})

    def _ask(self, question: dict[str, str]) -> object:
        return get_json(self._http, self._url, "KKA", query=question, turn=self._pace.turn, bounds=self._bounds)

    @property
    def _url(self) -> str:
        return address_of(self._settings, "kka_url", "KKA")

    @cached_property
    def _http(self) -> httpx.Client:
        return client(self._settings)

    @cached_property
    def _pace(self) -> Pace:
        return Pace(self._settings.kka_calls_per_second)


_DISTANCE = "00"
"""How the profile asks for the units without a county."""


def _records(said: UnitAnswer | Refusal, places: Mapping[str, str], otherwise: str) -> Iterator[UnitDocument | Refusal]:
    """Yield the document of a unit for which something is published, or the refusal."""
    if isinstance(said, Refusal):
        yield said
    elif said.record is not None:
        yield UnitDocument(said.hsa_id, places.get(said.hsa_id, otherwise), said.record, said.findings)
