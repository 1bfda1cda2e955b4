"""The national patient survey as a source: one call gives the results of the nation.

Here: the call, and which of its results belong to a scope. Not here: reading them (`answer.py`) and the wire
(`transport/json.py`).
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property

import httpx

from hjv_pipelines.regions import DISTANCE, REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.asking import address_of, utc_now
from hjv_pipelines.sources.patient_survey.answer import SurveyedUnit, read_results
from hjv_pipelines.sources.patient_survey.record import PatientSurvey
from hjv_pipelines.sources.regional import places_of
from hjv_pipelines.sources.source import Directory, Refusal, Scope, Snapshot, UnitDocument
from hjv_pipelines.transport.http import Bounds, client
from hjv_pipelines.transport.json import BOUNDS, get_json


class PatientSurveySource:
    """The survey names units and no county: they lie where HSA has them, and those that it has not at a distance."""

    name = "patient_survey"
    record = PatientSurvey
    by_region = False
    regions = REGION_KEYS

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = utc_now, bounds: Bounds = BOUNDS) -> None:
        self._settings = settings
        self._clock = clock
        self._bounds = bounds

    def fetch(self, scope: Scope, directory: Directory) -> Snapshot:
        """Return the scope's results. The call is made at once, and gives the nation's whatever the scope is.

        Besides the units that lie in the scope's regions, the snapshot has those that the store holds there and
        that HSA has elsewhere now: they moved.
        """
        asked_at = self._clock()
        answer = get_json(self._http, self._url, "The patient survey", bounds=self._bounds)
        records = iter(list(self._within(scope, list(read_results(answer)), directory)))
        return Snapshot(self.name, scope, as_of=asked_at, fetched_at=asked_at, records=records)

    def _within(
        self, scope: Scope, results: list[SurveyedUnit | Refusal], directory: Directory
    ) -> Iterator[UnitDocument | Refusal]:
        places = places_of((said.hsa_id for said in results if isinstance(said, SurveyedUnit)), directory)
        ours = {*scope.hsa_ids, *directory.held_units(self.name, scope)}
        for said in results:
            if isinstance(said, Refusal):
                if scope.is_complete or said.hsa_id in ours:
                    yield said
                continue
            lies_in = places.get(said.hsa_id, DISTANCE.key)
            if lies_in in scope.regions or said.hsa_id in ours:
                yield UnitDocument(said.hsa_id, lies_in, said.record, said.findings)

    @property
    def _url(self) -> str:
        return address_of(self._settings, "patient_survey_url", "The patient survey")

    @cached_property
    def _http(self) -> httpx.Client:
        return client(self._settings)
