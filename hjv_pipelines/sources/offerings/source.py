"""Utbud as a source: asked for all of Region Stockholm, or for single units, at the contract's pace.

Here: which questions are put, and what the answers mean for the scope. Not here: reading an answer (`answer.py`), the
contracts' names (`words.py`) and the wire (`transport/rivta.py`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from lxml.etree import _Element

from hjv_pipelines.failures import TransientError
from hjv_pipelines.regions import region
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.asking import address_of, asked_in_batches, rivta_client, utc_now
from hjv_pipelines.sources.offerings.answer import Answer, UnitAnswer, read_answers
from hjv_pipelines.sources.offerings.record import Offerings
from hjv_pipelines.sources.offerings.rules import finding
from hjv_pipelines.sources.offerings.words import COUNTIES, HSA_ID_ROOT, WORDS
from hjv_pipelines.sources.regional import placement_findings, places_of
from hjv_pipelines.sources.source import Directory, Refusal, Scope, Snapshot, UnitDocument
from hjv_pipelines.transport.http import AnswerTooLargeError, Bounds
from hjv_pipelines.transport.rivta import RivtaClient

REGION = "01-stockholm"
"""The region that Utbud speaks of."""

BOUNDS = Bounds(max_bytes=128 * 1024 * 1024, seconds=300)
"""What one answer may be. The contract has no pages, and promises more than 1,000 posts within 15 seconds."""

_EVERYWHERE = {"typeOfPlaceEnum": "ALL"}


class OfferingsSource:
    """One question about the county. A unit that the answer leaves out offers nothing; no post at all is a failure."""

    name = "offerings"
    record = Offerings
    by_region = True
    regions = (REGION,)

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = utc_now, bounds: Bounds = BOUNDS) -> None:
        self._settings = settings
        self._clock = clock
        self._bounds = bounds
        self._words = WORDS[settings.offerings_contract]

    def fetch(self, scope: Scope, directory: Directory) -> Snapshot:
        """Return what the scope's units offer. The calls are made at once: the directory is asked about the answer."""
        asked_at = self._clock()
        records = list(self._units(scope, directory) if scope.hsa_ids else self._county(scope, directory))
        return Snapshot(self.name, scope, as_of=asked_at, fetched_at=asked_at, records=iter(records))

    def _county(self, scope: Scope, directory: Directory) -> Iterator[UnitDocument | Refusal]:
        try:
            answer = read_answers([self._call(location={"county": [_county_code()]})], self._words)
        except AnswerTooLargeError:
            # Growth is no failure: the units that are known are asked about instead.
            known = {**directory.held_units(self.name, scope), **directory.marked_units(scope)}
            answer = read_answers(self._ask(sorted(known)), self._words)
        if answer.posts == 0:
            raise TransientError(
                "Utbud answered that all of Region Stockholm offers nothing. That is an outage, not an answer: what it "
                "said before stays. Trying again may help."
            )
        yield from self._documents(answer, directory)

    def _units(self, scope: Scope, directory: Directory) -> Iterator[UnitDocument | Refusal]:
        answer = read_answers(self._ask(scope.hsa_ids), self._words)
        asked = tuple(unit for unit in answer.units if unit.hsa_id in scope.hsa_ids)
        yield from self._documents(replace(answer, units=asked), directory)
        yield from (_unasked(unit) for unit in answer.units if unit.hsa_id not in scope.hsa_ids)

    def _documents(self, answer: Answer, directory: Directory) -> Iterator[UnitDocument | Refusal]:
        places = places_of((unit.hsa_id for unit in answer.units), directory)
        for unit in answer.units:
            record = unit.record()
            if record is not None:
                odd = placement_findings(
                    unit.hsa_id, places, of=REGION, field="performingOrganization/id", source="Utbud"
                )
                yield UnitDocument(unit.hsa_id, REGION, record, (*unit.findings, *odd))
        yield from answer.refusals

    def _ask(self, hsa_ids: Sequence[str]) -> Iterator[_Element | None]:
        for _, answer in asked_in_batches(self._ask_batch, hsa_ids, self._settings.offerings_batch):
            yield answer

    def _ask_batch(self, hsa_ids: Sequence[str]) -> _Element | None:
        return self._call(performingOrganizationId=[{"root": HSA_ID_ROOT, "extension": hsa_id} for hsa_id in hsa_ids])

    def _call(self, **narrowed: object) -> _Element | None:
        return self._rivta.call(
            self._words.contract,
            self._url,
            self._settings.offerings_logical_address,
            typeOfPlace=_EVERYWHERE,
            **narrowed,
        )

    @property
    def _url(self) -> str:
        return address_of(self._settings, "offerings_url", "Utbud")

    @cached_property
    def _rivta(self) -> RivtaClient:
        return rivta_client(self._settings, self._settings.offerings_calls_per_second, self._bounds)


def _county_code() -> dict[str, str]:
    return {"code": region(REGION).county_code, "codeSystem": COUNTIES}


def _unasked(unit: UnitAnswer) -> Refusal:
    """Return the refusal of what an answer says about a unit that nobody asked about."""
    breach = finding("performingOrganization/id", "offering_unasked", unit.hsa_id, "the answer")
    return Refusal(unit.hsa_id, unit.where, (breach,))
