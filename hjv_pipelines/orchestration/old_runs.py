"""Dagster's old runs: their events, what they printed, and verdicts that newer ones replaced.

Dagster purges ticks by itself (`retention` in dagster.yaml), and nothing else. Here: which runs go, and letting them
go. Not here: when (`retention_job.py`).
See https://docs.dagster.io/deployment/execution/run-monitoring
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache

from dagster import DagsterEventType, DagsterInstance, DagsterRunStatus, RunsFilter
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, SqlEventLogStorageTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from sqlalchemy import Select, delete, func, select

from hjv_pipelines.orchestration.runs import FINISHED

AT_ONCE = 500
"""Runs that are read from Dagster at once."""


def old_runs(instance: DagsterInstance, before: datetime) -> Iterator[str]:
    """Give the runs that ended and were created before then, but those that the UI still speaks of.

    What last materialised each asset and partition stays, and so do the last run of each job and its last success:
    the UI shows them as what stands, and alerts ask whether a failure was made good.
    """
    stays = _last_to_materialise(instance)
    of_job = cache(lambda job: _last_of_job(instance, job))
    cursor: str | None = None
    while True:
        wanted = RunsFilter(statuses=FINISHED, created_before=before)
        records = instance.get_run_records(wanted, limit=AT_ONCE, cursor=cursor)
        for record in records:
            run = record.dagster_run
            if run.run_id not in stays and run.run_id not in of_job(run.job_name):
                yield run.run_id
        if len(records) < AT_ONCE:
            return
        cursor = records[-1].dagster_run.run_id


def forget_runs(instance: DagsterInstance, run_ids: list[str]) -> None:
    """Delete the runs with their events and what they printed."""
    for run_id in run_ids:
        instance.compute_log_manager.delete_logs(prefix=[run_id])
        instance.delete_run(run_id)


def old_verdicts(instance: DagsterInstance, before: datetime) -> int:
    """Return how many verdicts of checks are older than that and were replaced by newer ones."""
    with _events(instance).index_connection() as connection:
        return connection.execute(_replaced_verdicts(func.count(), before)).scalar_one()


def forget_verdicts(instance: DagsterInstance, before: datetime) -> None:
    """Delete them; each check keeps its last verdict on each partition."""
    table = AssetCheckExecutionsTable
    with _events(instance).index_connection() as connection:
        connection.execute(delete(table).where(table.c.id.in_(_replaced_verdicts(table.c.id, before))))


def _replaced_verdicts(what: object, before: datetime) -> Select[tuple[int]]:
    """Select of what is older than `before` and not the last of its kind: one that is only planned replaces none."""
    table = AssetCheckExecutionsTable
    check = (table.c.asset_key, table.c.check_name, table.c.partition, table.c.execution_status)
    last = select(func.max(table.c.id)).group_by(*check)
    then = before.replace(tzinfo=None)
    return select(what).where(table.c.create_timestamp < then, table.c.id.not_in(last))  # type: ignore[call-overload, no-any-return]


def _last_to_materialise(instance: DagsterInstance) -> set[str]:
    """Return the runs whose materialisation is the last of an asset's partition."""
    events = SqlEventLogStorageTable
    last = (
        select(func.max(events.c.id))
        .where(events.c.dagster_event_type == DagsterEventType.ASSET_MATERIALIZATION.value)
        .group_by(events.c.asset_key, events.c.partition)
    )
    with _events(instance).index_connection() as connection:
        return set(connection.execute(select(events.c.run_id).where(events.c.id.in_(last))).scalars())


def _last_of_job(instance: DagsterInstance, job: str) -> set[str]:
    """Return the job's last run, and the last that succeeded."""
    wanted = (RunsFilter(job_name=job), RunsFilter(job_name=job, statuses=[DagsterRunStatus.SUCCESS]))
    return {record.dagster_run.run_id for one in wanted for record in instance.get_run_records(one, limit=1)}


def _events(instance: DagsterInstance) -> SqlEventLogStorage:
    storage = instance.event_log_storage
    assert isinstance(storage, SqlEventLogStorage)  # noqa: S101  every storage that an instance of ours can have
    return storage
