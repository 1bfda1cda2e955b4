"""What is due at the same moment is one run, whatever Dagster's scheduler has been through: nothing twice or lost.

Dagster itself decides here which ticks there are: its scheduler runs over the real definitions, at moments that the
test names.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from hjv_pipelines.timetable import STOCKHOLM
from hjv_pipelines_tests.orchestration.scheduler import Scheduler, scheduler


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Scheduler]:
    """Give a scheduler that has seen no schedule yet."""
    with scheduler(tmp_path) as fresh:
        yield fresh


def on(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=STOCKHOLM)


def imported(run: dg.DagsterRun) -> set[str]:
    """Return the assets that a run was asked for."""
    assert run.asset_selection is not None
    return {key.to_user_string() for key in run.asset_selection}


AT_NIGHT = {"listing", "patient_survey", "waiting_times", "waiting_times_skane", "contact_cards"}


def test_the_sources_of_a_moment_are_one_run(daemon: Scheduler) -> None:
    daemon.work(on("2026-11-24", "00:30"))
    (run,) = daemon.work(on("2026-11-24", "01:00"))
    assert imported(run) == AT_NIGHT
