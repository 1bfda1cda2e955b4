"""Dagster's own tables through the year: real runs in a real instance over PostgreSQL, and ticks, of a made age.

A run takes place today, and its rows are then dated to the day that is lived. Here: a day's runs and ticks, and what
Dagster and we forget of them. Not here: our own tables.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import psycopg
import yaml
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import TickData, TickStatus
from dagster._core.test_utils import instance_for_test
from dagster_shared.error import SerializableErrorInfo
from psycopg.rows import dict_row

from hjv_pipelines.orchestration.old_runs import forget_runs, forget_verdicts, old_runs
from hjv_pipelines.orchestration.partitions import EVERY_REGION, ONE_RUN, REGIONS
from hjv_pipelines.processes.programs import project_file
from hjv_pipelines.settings import Settings

CLOCKWORKS = ((InstigatorType.SENSOR, "clock"), (InstigatorType.SCHEDULE, "hsa_timetable"))
"""Two stand for all of ours: each forgets its own ticks, as many as there are."""

TICKS = (TickStatus.SUCCESS, TickStatus.FAILURE, *(TickStatus.SKIPPED for _ in range(10)))
"""Ticks a day of each. A real sensor has up to 17,280, nearly all of them skipped."""

QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}

ERROR = SerializableErrorInfo("The source does not answer.", [], None)

DATED = """
UPDATE runs SET create_timestamp = %(day)s, update_timestamp = %(day)s WHERE id > %(runs)s;
UPDATE event_logs SET timestamp = %(day)s WHERE id > %(events)s;
UPDATE asset_event_tags SET event_timestamp = %(day)s WHERE event_id > %(events)s;
UPDATE asset_check_executions SET create_timestamp = %(day)s WHERE id > %(checks)s
"""

NEWEST = """
SELECT (SELECT coalesce(max(id), 0) FROM runs) AS runs, (SELECT coalesce(max(id), 0) FROM event_logs) AS events,
    (SELECT coalesce(max(id), 0) FROM asset_check_executions) AS checks
"""


@dg.asset(partitions_def=REGIONS, backfill_policy=ONE_RUN)
def units() -> dg.MaterializeResult:
    """Stand for what an import materialises: every region, with its figures."""
    return dg.MaterializeResult(metadata={"units": 600})


@dg.asset_check(asset=units)
def plausible() -> dg.AssetCheckResult:
    """Stand for what is judged of it."""
    return dg.AssetCheckResult(passed=True)


@dg.op
def read() -> None:
    """Stand for the reading of notified units."""


@dg.job
def drain() -> None:
    """Stand for a drainer of the inbox."""
    read()


defs = dg.Definitions(
    assets=[units], asset_checks=[plausible], jobs=[drain, dg.define_asset_job("national", selection=[units])]
)


@dataclass(frozen=True)
class DagsterYear:
    """An instance of Dagster, whose tables stand beside ours in the database at `database_url`."""

    instance: dg.DagsterInstance
    database_url: str

    def live(self, now: datetime) -> None:
        """Let a day's runs and ticks be, and date them to `now`."""
        with psycopg.connect(self.database_url, autocommit=True, row_factory=dict_row) as connection:
            before = connection.execute(NEWEST).fetchone()
            self._run("national", EVERY_REGION)
            self._run("drain", {})
            for statement in DATED.split(";"):
                connection.execute(statement, {**(before or {}), "day": now.astimezone(UTC).replace(tzinfo=None)})
        self._tick(now)

    def forget(self, now: datetime, settings: Settings) -> None:
        """Forget what is old: runs and verdicts as our job does, ticks as Dagster's daemon does after each tick."""
        before = now - timedelta(days=settings.run_retention_days)
        forget_runs(self.instance, list(old_runs(self.instance, before)))
        forget_verdicts(self.instance, before)
        for form, name in CLOCKWORKS:
            for status, days in self.instance.get_tick_retention_settings(form).items():
                if days > 0:
                    until = (now - timedelta(days=days)).timestamp()
                    self.instance.purge_ticks(name, name, until, [status])

    def _run(self, job: str, tags: Mapping[str, str]) -> None:
        defs.resolve_job_def(job).execute_in_process(run_config=QUIET, instance=self.instance, tags=tags)

    def _tick(self, now: datetime) -> None:
        for form, name in CLOCKWORKS:
            for number, status in enumerate(TICKS):
                at, error = now - timedelta(minutes=number), ERROR if status is TickStatus.FAILURE else None
                tick = TickData(name, name, form, status, at.timestamp(), run_ids=[], error=error, selector_id=name)
                self.instance.create_tick(tick)


@contextmanager
def dagster_beside(folder: Path, database_url: str) -> Iterator[DagsterYear]:
    """Give an instance over the database, with the retention of dagster.yaml; its files stand in `folder`."""
    told = yaml.safe_load(project_file("dagster.yaml").read_text())
    overrides = {"storage": {"postgres": {"postgres_url": database_url}}, "retention": told["retention"]}
    folder.mkdir()
    with instance_for_test(overrides, temp_dir=str(folder)) as instance:
        yield DagsterYear(instance, database_url)
