"""What Dagster knows of its own work: runs that failed, checks that failed, sensors and schedules that do not tick.

Here: the looking, in the words of `alerts/cause.py`. Not here: what is told of it, and to whom.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster import DagsterEventType, DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    SensorInstigatorData,
    TickStatus,
)
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.dagster_run import RunRecord
from dagster._core.storage.tags import WILL_RETRY_TAG
from dagster._utils.schedules import schedule_execution_time_iterator

from hjv_pipelines.alerts.cause import Clockwork, FailedCheck, FailedRun

LOOK_BACK = timedelta(days=7)
"""A run that failed longer ago and was never tried again is nobody's any more."""

MOST_RUNS = 200

SENSOR_PATIENCE = timedelta(minutes=5)
SCHEDULE_PATIENCE = timedelta(minutes=10)

_JUDGED = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}

BLOCKING_CHECK = "DagsterAssetCheckFailedError"
"""The error of a step that a blocking check stops: the check itself is the cause."""


def failed_runs(
    instance: DagsterInstance, now: datetime, explained: Callable[[list[str]], set[tuple[str, str]]]
) -> Iterator[FailedRun]:
    """Give the last failed run of each job that no later run made good.

    `explained` returns which steps (run id, asset) of some runs have a cause that is told by itself.
    """
    records = instance.get_run_records(
        RunsFilter(statuses=[DagsterRunStatus.FAILURE], created_after=now - LOOK_BACK), limit=MOST_RUNS
    )
    to_retry = {record.dagster_run.run_id for record in records if _will_be_retried(record.dagster_run)}
    known = explained([record.dagster_run.run_id for record in records])
    jobs: set[str] = set()
    for record in records:  # the newest first
        run = record.dagster_run
        if run.job_name in jobs or run.run_id in to_retry or _is_made_good(instance, record):
            continue
        errors = _step_errors(instance, run)
        own = {step: error for step, (kind, error) in errors.items() if kind != BLOCKING_CHECK}
        unexplained = {step: error for step, error in own.items() if (run.run_id, step) not in known}
        if errors and not unexplained:
            continue
        jobs.add(run.job_name)
        first = next(iter(unexplained.values()), "") or _run_error(instance, run)
        yield FailedRun(run.run_id, run.job_name, tuple(sorted(unexplained)), first)


def failed_checks(
    instance: DagsterInstance, keys: Iterable[dg.AssetCheckKey], told_elsewhere: frozenset[str]
) -> Iterator[FailedCheck]:
    """Give the checks of `keys` whose last verdict is a failure, but those whose names are `told_elsewhere`."""
    for key in keys:
        if key.name in told_elsewhere:
            continue
        verdict = last_verdict(instance, key)
        if verdict is not None and not verdict.passed:
            offenders = verdict.metadata.get("offenders")
            yield FailedCheck(
                key.asset_key.to_user_string(),
                key.name,
                "error" if verdict.severity is dg.AssetCheckSeverity.ERROR else "warning",
                _first_line(verdict.description or "it failed"),
                offenders.value if isinstance(offenders, dg.IntMetadataValue) and offenders.value else 1,
            )


def last_verdict(instance: DagsterInstance, key: dg.AssetCheckKey) -> dg.AssetCheckEvaluation | None:
    """Return what a check said last; None where it never came to a verdict."""
    for record in instance.event_log_storage.get_asset_check_execution_history(key, limit=1, status=_JUDGED):
        event = record.event.dagster_event if record.event else None
        return event.asset_check_evaluation_data if event else None
    return None


def clockworks(
    instance: DagsterInstance,
    sensors: Iterable[dg.SensorDefinition],
    schedules: Iterable[dg.ScheduleDefinition],
    now: datetime,
) -> Iterator[Clockwork]:
    """Give the sensors and schedules that somebody has running, and when each should have ticked and did."""
    if instance.schedule_storage is None:  # an instance of no daemon's: nothing should tick
        return
    states = {(state.instigator_type, state.instigator_name): state for state in instance.all_instigator_state()}
    for sensor in sensors:
        state = states.get((InstigatorType.SENSOR, sensor.name))
        if state is not None and state.status is not InstigatorStatus.STOPPED:
            interval = timedelta(seconds=sensor.minimum_interval_seconds or 30)
            expected = now - max(SENSOR_PATIENCE, 10 * interval)
            yield _clockwork(instance, state, "sensor", max(expected, _started(state) or expected))
    for schedule in schedules:
        state = states.get((InstigatorType.SCHEDULE, schedule.name))
        if state is not None and state.status is not InstigatorStatus.STOPPED:
            due = _last_due(schedule, now - SCHEDULE_PATIENCE)
            started = _started(state)
            if started is None or started < due:
                yield _clockwork(instance, state, "schedule", due)


def _clockwork(instance: DagsterInstance, state: InstigatorState, form: str, expected: datetime) -> Clockwork:
    ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)
    tick = ticks[0] if ticks else None
    error = tick.error if tick is not None and tick.status is TickStatus.FAILURE else None
    return Clockwork(
        state.instigator_name,
        "sensor" if form == "sensor" else "schedule",
        expected,
        datetime.fromtimestamp(tick.timestamp, UTC) if tick else None,
        _first_line((error.cause or error).message) if error else None,
    )


def _started(state: InstigatorState) -> datetime | None:
    """Return when somebody last started it (UTC); None when it runs since it was declared."""
    data = state.instigator_data
    if isinstance(data, SensorInstigatorData):
        started = data.last_sensor_start_timestamp
    else:
        started = getattr(data, "start_timestamp", None)
    return datetime.fromtimestamp(started, UTC) if started else None


def _last_due(schedule: dg.ScheduleDefinition, before: datetime) -> datetime:
    moments = schedule_execution_time_iterator(
        before.timestamp(), schedule.cron_schedule, schedule.execution_timezone, ascending=False
    )
    return next(moments).astimezone(UTC)


def _will_be_retried(run: DagsterRun) -> bool:
    return run.tags.get(WILL_RETRY_TAG) == "true"


def _is_made_good(instance: DagsterInstance, record: RunRecord) -> bool:
    """Tell whether a later run of the job succeeded that did at least what this one was to do."""
    later = instance.get_run_records(
        RunsFilter(
            job_name=record.dagster_run.job_name,
            statuses=[DagsterRunStatus.SUCCESS],
            created_after=record.create_timestamp,
        ),
        limit=MOST_RUNS,
    )
    return any(_covers(one.dagster_run, record.dagster_run) for one in later)


def _covers(later: DagsterRun, failed: DagsterRun) -> bool:
    assets = later.asset_selection is None or (
        failed.asset_selection is not None and failed.asset_selection <= later.asset_selection
    )
    regions = _regions(later) == _regions(failed) or _is_nation(later)
    return assets and regions and (not _units(later) or bool(_units(failed)))


def _regions(run: DagsterRun) -> tuple[str | None, ...]:
    return tuple(
        run.tags.get(tag)
        for tag in ("dagster/partition", "dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
    )


def _is_nation(run: DagsterRun) -> bool:
    start, end = _regions(run)[1:]
    return start is not None and start != end


def _units(run: DagsterRun) -> list[str]:
    """Return the HSA-ids that a run was launched with, if any."""
    found: object = run.run_config
    for name in ("resources", "scope", "config", "hsa_ids"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, list) else []


def _step_errors(instance: DagsterInstance, run: DagsterRun) -> dict[str, tuple[str, str]]:
    """Return the kind and the first line of each failed step's error."""
    errors: dict[str, tuple[str, str]] = {}
    for record in instance.get_records_for_run(run.run_id, of_type=DagsterEventType.STEP_FAILURE).records:
        event = record.event_log_entry.dagster_event
        if event is None or event.step_key is None:
            continue
        data = event.step_failure_data
        described = data.user_failure_data.description if data.user_failure_data else None
        error = data.error
        root = error.cause if error and error.cause else error
        errors[event.step_key] = (
            (error.cls_name or "") if error else "",
            _first_line(described or (root.message if root else "")),
        )
    return errors


def _run_error(instance: DagsterInstance, run: DagsterRun) -> str:
    for record in instance.get_records_for_run(run.run_id, of_type=DagsterEventType.RUN_FAILURE).records:
        return _first_line(record.event_log_entry.user_message or "") or "it ended without a word"
    return "it ended without a word"


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:500]
