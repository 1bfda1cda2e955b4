"""A schedule or sensor that does not tick is seen, on Dagster's own scheduler and sensor daemon; no other is.

Dagster itself decides which ticks there are, at moments that the test names.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.test_utils import freeze_time, instance_for_test
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster._daemon.sensor import execute_sensor_iteration

from hjv_pipelines.alerts.cause import silent
from hjv_pipelines.orchestration.instance_state import clockworks
from hjv_pipelines.timetable import STOCKHOLM
from hjv_pipelines_tests.alerts.causes import PLACES
from hjv_pipelines_tests.orchestration import scheduler as nightly
from hjv_pipelines_tests.orchestration.scheduler import Scheduler, scheduler

NAME = "hsa_timetable"
"""Due at 11:30, 15:30 and 23:00 or so: at 11:30 in any case."""


def on(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-24T{clock}").replace(tzinfo=STOCKHOLM)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Scheduler]:
    """Give a scheduler that has seen no schedule yet."""
    with scheduler(tmp_path) as fresh:
        yield fresh


def silent_schedules(daemon: Scheduler, now: datetime) -> list[str]:
    """Return the subjects of what is silent."""
    schedules = [one for one in nightly.defs.schedules or () if isinstance(one, dg.ScheduleDefinition)]
    causes = (silent(work, PLACES) for work in clockworks(daemon.instance, [], schedules, now))
    return [cause.subject for cause in causes if cause]


def test_a_schedule_that_ticks_is_not_silent(daemon: Scheduler) -> None:
    daemon.work(on("11:00"))
    assert silent_schedules(daemon, on("11:01")) == []
    daemon.work(on("11:30"))
    assert f"schedule {NAME}" not in silent_schedules(daemon, on("12:00"))


def test_a_schedule_that_missed_its_time_is_silent_ten_minutes_later(daemon: Scheduler) -> None:
    daemon.work(on("11:00"))
    assert silent_schedules(daemon, on("11:39")) == []
    assert f"schedule {NAME}" in silent_schedules(daemon, on("11:41"))


def test_a_schedule_that_somebody_stopped_is_not_silent(daemon: Scheduler) -> None:
    daemon.work(on("11:00"))
    daemon.stop(NAME, on("11:01"))
    assert f"schedule {NAME}" not in silent_schedules(daemon, on("11:41"))


@dg.sensor(minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING)
def ticking() -> dg.SkipReason:
    """Tick."""
    return dg.SkipReason("Nothing to do.")


@dg.sensor(minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING)
def failing() -> dg.SkipReason:
    """Fail to tick."""
    raise ValueError("no such thing")


sensors = dg.Definitions(sensors=[ticking, failing])


def test_a_sensor_is_silent_when_its_ticks_end_or_fail(tmp_path: Path) -> None:
    here = InProcessWorkspaceLoadTarget(
        InProcessCodeLocationOrigin(
            LoadableTargetOrigin(module_name=__name__, attribute="sensors"), location_name="hjv_pipelines"
        )
    )
    with instance_for_test(temp_dir=str(tmp_path)) as instance, WorkspaceProcessContext(instance, here) as workspace:
        for moment in (on("11:00"), on("11:01")):
            with freeze_time(moment):
                list(execute_sensor_iteration(workspace, logging.getLogger(__name__), None, None))

        def said(after: timedelta) -> dict[str, str]:
            works = clockworks(instance, [ticking, failing], [], on("11:01") + after)
            return {work.name: cause.says for work in works if (cause := silent(work, PLACES))}

        assert list(said(timedelta(minutes=1))) == ["failing"]
        assert "no such thing" in said(timedelta(minutes=1))["failing"]
        assert "should have ticked" in said(timedelta(minutes=6))["ticking"]
