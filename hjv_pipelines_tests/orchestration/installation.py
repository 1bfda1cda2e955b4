"""An installation as tests use it: definitions over a served nation, a real database and an instance of Dagster.

Here: making one, and launching its jobs the way schedules and the launchpad do. Not here: promises.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import dagster as dg
import pytest

from hjv_pipelines.definitions import build_defs
from hjv_pipelines.orchestration.partitions import EVERY_REGION
from hjv_pipelines.sandbox.faults import Faults
from hjv_pipelines.sandbox.manifest import Expectation, expectations
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines.settings import Settings
from hjv_pipelines_tests.nation import settings_asking


@dataclass(frozen=True)
class Installation:
    """What one installation consists of: `faults` break its sandbox, `nation` is the sandbox's folder."""

    defs: dg.Definitions
    instance: dg.DagsterInstance
    database_url: str
    faults: Faults
    nation: Path

    def launch(
        self,
        job: str,
        *,
        assets: Sequence[str] = (),
        region: str | None = None,
        hsa_ids: Sequence[str] = (),
        tags: Mapping[str, str] | None = None,
    ) -> dg.ExecuteInProcessResult:
        """Run a job, or some assets of it, to its end: for the nation or one region, or the units of the launchpad."""
        return self.defs.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            asset_selection=[dg.AssetKey(asset) for asset in assets] or None,
            partition_key=region,
            tags={**({} if region else EVERY_REGION), **(tags or {})},
            run_config={"resources": {"scope": {"config": {"hsa_ids": list(hsa_ids)}}}},
            raise_on_error=False,
        )

    def materialised(self, asset: str) -> dict[str | None, dg.AssetMaterialization]:
        """Return the last materialisation of each partition of an asset."""
        records = self.instance.fetch_materializations(dg.AssetKey(asset), limit=1000, ascending=True).records
        return {
            record.partition_key: record.asset_materialization for record in records if record.asset_materialization
        }

    def observed(self, asset: str) -> list[dg.AssetObservation]:
        """Return what was observed of an asset, the last first."""
        records = self.instance.fetch_observations(dg.AssetKey(asset), limit=1000).records
        return [record.asset_observation for record in records if record.asset_observation]

    def judged_since(self, asset: str) -> set[str]:
        """Return the checks of an asset whose last verdict is from after its last materialisation.

        The UI shows the others as not run.
        """
        materialised = self.instance.get_latest_materialization_event(dg.AssetKey(asset))
        keys = (key for key in self.defs.resolve_asset_graph().asset_check_keys if key.asset_key == dg.AssetKey(asset))
        told = (self.instance.event_log_storage.get_asset_check_execution_history(key, limit=1) for key in keys)
        return {
            record.key.name
            for record in chain.from_iterable(told)
            if record.event and materialised and record.event.timestamp >= materialised.timestamp
        }

    def verdicts(self, result: dg.ExecuteInProcessResult) -> dict[tuple[str, str], bool | None]:
        """Return whether each check (asset, name) that a run was to make passed; None for what it left unjudged.

        The UI shows such a check of a run that failed as failed.
        """
        planned, made = (
            [
                record.event_log_entry.get_dagster_event()
                for record in self.instance.get_records_for_run(result.run_id, of_type=event).records
            ]
            for event in (
                dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED,
                dg.DagsterEventType.ASSET_CHECK_EVALUATION,
            )
        )
        to_make = [event.asset_check_planned_data.asset_check_key for event in planned]
        verdicts = {told.asset_check_key: told.passed for told in (one.asset_check_evaluation_data for one in made)}
        return {(key.asset_key.to_user_string(), key.name): verdicts.get(key) for key in to_make}

    def expected(self) -> list[Expectation]:
        """Return what the sandbox's manifest expects of every unit."""
        return list(expectations(self.nation))


@contextmanager
def installed(database_url: str, nation: Path, folder: Path) -> Iterator[Installation]:
    """Give an installation over the nation that stands in `nation`; `folder` takes the sandbox's faults."""
    app = create_app(open_nation(nation), folder, now=lambda: datetime.now(UTC))
    with running(app) as address, pytest.MonkeyPatch.context() as environment:
        asking = settings_asking(address, folder)
        for name in asking.model_fields_set:
            environment.setenv(f"HJV_{name.upper()}", str(getattr(asking, name)))
        environment.setenv("HJV_DATABASE_URL", database_url)
        with dg.DagsterInstance.ephemeral() as instance:
            yield Installation(build_defs(Settings()), instance, database_url, Faults(folder), nation)


def value(materialisation: dg.AssetMaterialization, name: str) -> object:
    """Return a metadata value as plain Python."""
    return materialisation.metadata[name].value
