"""Dagster's runs are forgotten with all that they left, but for what the UI still shows as what stands."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from hjv_pipelines.orchestration.old_runs import forget_runs, forget_verdicts, old_runs, old_verdicts
from hjv_pipelines_tests.orchestration.installation import Installation

LATER = datetime.now(UTC) + timedelta(days=100)
REGIONS = dg.StaticPartitionsDefinition(["12", "13"])


@dg.asset(partitions_def=REGIONS)
def units() -> None:
    """Stand for what an import materialises."""


@dg.asset_check(asset=units)
def plausible() -> dg.AssetCheckResult:
    """Stand for what is judged of it."""
    return dg.AssetCheckResult(passed=True)


@dg.op(config_schema={"fails": bool})
def send(context: dg.OpExecutionContext) -> None:
    """Stand for a step that may fail."""
    if context.op_config["fails"]:
        raise ValueError


@dg.job
def sending() -> None:
    """Stand for a job that makes no asset."""
    send()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as fresh:
        yield fresh


def imported(instance: dg.DagsterInstance, region: str) -> str:
    """Materialise a region, and return the run."""
    return dg.materialize([units, plausible], instance=instance, partition_key=region).run_id


def test_what_stands_is_kept_however_old(instance: dg.DagsterInstance) -> None:
    """The last run of each partition, also where another region was imported since."""
    first, skane, _, halland = (imported(instance, region) for region in ("12", "12", "13", "13"))
    assert first in set(old_runs(instance, LATER))
    assert {skane, halland}.isdisjoint(old_runs(instance, LATER))


def test_a_jobs_last_success_is_kept_though_it_failed_since(instance: dg.DagsterInstance) -> None:
    """Alerts ask whether a failure was made good."""
    first, succeeded, failed, last = (sent(instance, fails=fails) for fails in (False, False, True, True))
    assert set(old_runs(instance, LATER)) == {first, failed}
    assert {succeeded, last}.isdisjoint(old_runs(instance, LATER))


def sent(instance: dg.DagsterInstance, *, fails: bool) -> str:
    """Run the job, and return the run."""
    config = {"ops": {"send": {"config": {"fails": fails}}}}
    return sending.execute_in_process(config, instance=instance, raise_on_error=False).run_id


def test_forgotten_runs_leave_neither_events_nor_output(instance: dg.DagsterInstance) -> None:
    first, _ = imported(instance, "12"), imported(instance, "12")
    (old,) = old_runs(instance, LATER)
    forget_runs(instance, [old])
    assert old == first
    assert instance.get_run_by_id(first) is None
    assert not instance.all_logs(first)
    assert instance.get_latest_materialization_event(units.key) is not None
    assert list(old_runs(instance, LATER)) == []


def test_forgotten_runs_leave_nothing_that_they_printed(tmp_path: Path) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        first, last = imported(instance, "12"), imported(instance, "12")
        assert {first, last} <= _folders(tmp_path)
        forget_runs(instance, [first])
        assert last in _folders(tmp_path)
        assert first not in _folders(tmp_path)


def _folders(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_dir() and any(path.rglob("*.out"))}


def test_nothing_younger_goes(instance: dg.DagsterInstance) -> None:
    for _ in range(3):
        imported(instance, "12")
    before = datetime.now(UTC) - timedelta(days=1)
    assert list(old_runs(instance, before)) == []
    assert old_verdicts(instance, before) == 0


def test_a_check_keeps_its_last_verdict(instance: dg.DagsterInstance) -> None:
    for _ in range(3):
        imported(instance, "12")
    (key,) = plausible.check_keys
    assert old_verdicts(instance, LATER) == 2
    forget_verdicts(instance, LATER)
    assert old_verdicts(instance, LATER) == 0
    (last,) = instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
    assert last.status.value == "SUCCEEDED"


def test_a_verdict_that_is_only_planned_replaces_none(instance: dg.DagsterInstance) -> None:
    imported(instance, "12")
    importing = dg.define_asset_job("import_units")
    defs = dg.Definitions(assets=[units], asset_checks=[plausible], jobs=[importing])
    instance.create_run_for_job(defs.resolve_job_def("import_units"), tags={"dagster/partition": "12"})
    (key,) = plausible.check_keys
    verdicts = instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
    assert sorted(verdict.status.value for verdict in verdicts) == ["PLANNED", "SUCCEEDED"]
    assert old_verdicts(instance, LATER) == 0


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_nightly_job_shows_what_went(installation: Installation, *, dry_run: bool) -> None:
    config = {"config": {"dry_run": dry_run}}
    done = installation.defs.resolve_job_def("forget_old").execute_in_process(
        run_config={"ops": {"forget_what_is_old": config, "forget_old_runs": config}}, instance=installation.instance
    )
    (store, runs) = (
        event.step_output_data.metadata for event in done.filter_events(lambda event: event.is_successful_output)
    )
    assert {"forgotten", "sizes", "feed", "imports", "contents"} <= store.keys()
    assert runs["runs"].value == 0


def test_whoever_loads_the_definitions_does_not_wait_for_what_only_this_job_needs() -> None:
    looks = "import sys, hjv_pipelines.definitions; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run((sys.executable, "-W", "ignore", "-c", looks), check=False, timeout=120).returncode == 0
