"""The resources: the pipeline of this installation, and the scope that a run is launched with.

Here: plain objects of the rooms below, made for as long as a run or a tick lasts. Not here: what is done with
them.
See https://docs.dagster.io/guides/build/external-resources
"""

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import dagster as dg
import psycopg
from pydantic import Field, PrivateAttr

from hjv_pipelines.cards.visibility import Policy, policy_of
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.hsa_id import hsa_id_of
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect, database
from hjv_pipelines.store.guard.guard import everything_held

MOST_UNITS = 500
"""How many units one run reads one by one; beyond that a region or the nation is the better scope."""


class PipelineResource(dg.ConfigurableResource["PipelineResource"]):
    """The sources, the store and the cards of this installation, as the `HJV_*` variables describe it."""

    _settings: Settings = PrivateAttr()
    _database_url: str = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, _context: dg.InitResourceContext) -> Generator["PipelineResource"]:
        """Give the pipeline while the run or tick lasts; an embedded database is joined meanwhile."""
        self._settings = Settings()
        with database(self._settings) as self._database_url:
            yield self

    def pipeline(self) -> Pipeline:
        """Return the flow: import and publish."""
        return Pipeline.from_settings(self._settings, self._database_url)

    def planning_pipeline(self) -> Pipeline:
        """Return the flow with a guard that holds everything back: what an import would do can be looked at first."""
        return Pipeline.from_settings(self._settings, self._database_url, everything_held)

    def policy(self) -> Policy:
        """Return what the regions have chosen about visibility."""
        return policy_of(self._settings)

    @property
    def settings(self) -> Settings:
        """Return what the installation chooses."""
        return self._settings

    @property
    def database_url(self) -> str:
        """Return the address of the store's database."""
        return self._database_url

    def connection(self) -> AbstractContextManager[psycopg.Connection]:
        """Give a connection to the store."""
        return connect(self._database_url)

    def reports_folder(self) -> Path:
        """Return the folder of the regions' reports of findings."""
        return self._settings.home / "reports"

    def card_page(self, hsa_id: str) -> str:
        """Return the address of a unit's card page at delivery."""
        return f"http://{self._settings.host}:{self._settings.delivery_port}/cards/{hsa_id}"

    def explain_page(self, hsa_id: str) -> str:
        """Return the address of the page that says why a unit has a card or none, and what its sources say."""
        return f"{self.card_page(hsa_id)}/varfor"


class ScopeResource(dg.ConfigurableResource["ScopeResource"]):
    """What the run reads: its partitions whole, or some units. One place, shared by all assets of the run."""

    hsa_ids: list[str] = Field(
        default=[],
        description=(
            f"HSA-ids of units to read again, at most {MOST_UNITS}, such as `SE2321000016-A1B2`, in any "
            "spelling. Empty: everything in the run's partitions. With units the partition is only where "
            "Dagster shows the run; choose the units' own region."
        ),
    )

    def within(self, regions: Sequence[str]) -> Scope:
        """Return the scope of a run over the partitions `regions`: these, or the units that it was given.

        Raises `HjvError` that says which HSA-id cannot be one, or that there are too many.
        """
        if not self.hsa_ids:
            return Scope(regions=tuple(regions))
        if len(self.hsa_ids) > MOST_UNITS:
            raise PermanentError(
                f"{len(self.hsa_ids)} units are too many for one run: give at most {MOST_UNITS} hsa_ids, or "
                "none and choose their regions as partitions."
            )
        return Scope(hsa_ids=tuple(dict.fromkeys(map(hsa_id_of, self.hsa_ids))))
