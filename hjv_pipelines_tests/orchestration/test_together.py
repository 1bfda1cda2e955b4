"""What is due at the same moment is one run, whatever Dagster's scheduler has been through: nothing twice or lost.

Dagster itself decides here which ticks there are: its scheduler runs over the timetable's schedules, at moments
that the test names.
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
LATE = {"eservices", "offerings", "vaccination"}
"""Of what is imported at 23:00."""


def test_the_sources_of_a_moment_are_one_run(daemon: Scheduler) -> None:
    daemon.work(on("2026-11-24", "00:30"))
    (run,) = daemon.work(on("2026-11-24", "01:00"))
    assert imported(run) == AT_NIGHT
    assert daemon.work(on("2026-11-24", "01:01")) == []


def test_the_run_is_found_by_its_moment_and_by_each_of_its_sources(daemon: Scheduler) -> None:
    daemon.work(on("2026-11-24", "00:30"))
    (run,) = daemon.work(on("2026-11-24", "01:00"))
    assert run.tags["hjv/source"] == "several"
    assert run.tags["hjv/due"] == "2026-11-24T01:00+01:00"
    found = daemon.instance.get_runs(dg.RunsFilter(tags={"hjv/source.waiting_times": "imported"}))
    assert [one.run_id for one in found] == [run.run_id]


def test_the_others_say_whose_run_takes_them_along(daemon: Scheduler) -> None:
    daemon.work(on("2026-11-24", "00:30"))
    daemon.work(on("2026-11-24", "01:00"))
    said = "The run that listing_timetable asks for at 01:00 imports waiting_times too."
    assert daemon.skipped("waiting_times_timetable") == said


def test_a_source_with_a_moment_of_its_own_is_a_run_of_its_own(daemon: Scheduler) -> None:
    daemon.work(on("2026-11-24", "10:30"))
    (run,) = daemon.work(on("2026-11-24", "11:00"))
    assert imported(run) == {"eservices", "contact_cards"}
    assert run.tags["hjv/source"] == "eservices"


def test_what_is_no_source_is_in_the_run_of_the_moment_that_it_shares(daemon: Scheduler) -> None:
    """KKA's register, with HSA at 11:30."""
    daemon.work(on("2026-11-24", "11:15"))
    (run,) = daemon.work(on("2026-11-24", "11:30"))
    assert imported(run) == {"hsa_units", "contact_cards", "kka_unit_register"}


def test_when_the_leader_is_stopped_the_next_one_leads_and_it_is_left_out(daemon: Scheduler) -> None:
    daemon.work(on("2026-11-24", "00:30"))
    daemon.stop("listing_timetable", on("2026-11-24", "00:40"))
    (run,) = daemon.work(on("2026-11-24", "01:00"))
    assert imported(run) == AT_NIGHT - {"listing"}
    assert run.tags["dagster/schedule_name"] == "patient_survey_timetable"


def test_a_leader_that_is_started_after_the_moment_does_not_hold_up_the_others(daemon: Scheduler) -> None:
    """Stopped before 01:00 and started after it, while the scheduler was busy elsewhere: Dagster does not ask it."""
    daemon.work(on("2026-11-24", "00:30"))
    daemon.stop("listing_timetable", on("2026-11-24", "00:40"))
    daemon.start("listing_timetable", on("2026-11-24", "01:02"))
    (run,) = daemon.work(on("2026-11-24", "01:03"))
    assert imported(run) == AT_NIGHT - {"listing"}


def test_a_scheduler_that_was_down_catches_up_the_newest_time_of_each_source(daemon: Scheduler) -> None:
    """Down from 22:40 to 10:20: Vaccinera's newest time is 10:00, so that it cannot lead those of 23:00 (trap 18)."""
    register = "2026-11-24T23:30+01:00"
    daemon.work(on("2026-11-24", "22:40"))
    runs = daemon.work(on("2026-11-25", "10:20"))
    by_moment = {run.tags["hjv/due"]: imported(run) for run in runs}
    assert len(runs) == len(by_moment)
    assert set(by_moment) == {"2026-11-24T23:00+01:00", register, "2026-11-25T01:00+01:00", "2026-11-25T10:00+01:00"}
    assert by_moment[register] == {"kka_unit_register"}
    assert LATE & by_moment["2026-11-24T23:00+01:00"] == LATE - {"vaccination"}
    assert by_moment["2026-11-25T01:00+01:00"] == AT_NIGHT
    assert by_moment["2026-11-25T10:00+01:00"] == {"vaccination", "contact_cards"}


def test_after_a_long_stop_no_source_is_imported_twice(daemon: Scheduler) -> None:
    """Down for three days: one import a source (trap 18)."""
    daemon.work(on("2026-11-24", "12:00"))
    runs = daemon.work(on("2026-11-27", "12:00"))
    sources = [asset for run in runs for asset in imported(run) - {"contact_cards"}]
    assert sorted(sources) == sorted(set(sources))
    assert {*AT_NIGHT, *LATE, "hsa_units"} <= {*sources, "contact_cards"}


@pytest.mark.parametrize(
    ("before", "night", "offset"), [("2026-10-24", "2026-10-25", "+02:00"), ("2027-03-27", "2027-03-28", "+01:00")]
)
def test_in_the_nights_of_25_and_23_hours_every_moment_is_one_run(
    daemon: Scheduler, before: str, night: str, offset: str
) -> None:
    """The clock is changed at 03:00 and 02:00, after 01:00 and before 10:00 (trap 17)."""
    daemon.work(on(before, "22:45"))
    (late,) = daemon.work(on(before, "23:00"))
    assert imported(late) >= LATE
    daemon.work(on(before, "23:30"))
    (early,) = daemon.work(on(night, "01:00"))
    assert imported(early) == AT_NIGHT
    assert early.tags["hjv/due"] == f"{night}T01:00{offset}"
    assert daemon.work(on(night, "09:59")) == []
    (morning,) = daemon.work(on(night, "10:00"))
    assert imported(morning) == {"vaccination", "contact_cards"}


def test_a_moment_whose_schedules_fail_in_their_own_code_is_imported_all_the_same(daemon: Scheduler) -> None:
    daemon.work(on("2026-11-24", "00:30"))
    assert daemon.fail(on("2026-11-24", "01:00")) == []
    (run,) = daemon.work(on("2026-11-24", "01:01"))
    assert imported(run) == AT_NIGHT
    assert run.tags["hjv/due"] == "2026-11-24T01:00+01:00"
    assert daemon.work(on("2026-11-24", "01:02")) == []


def imports_of_hsa(daemon: Scheduler, *clocks: str) -> list[dg.DagsterRun]:
    """Return HSA's runs of those times of a day; what else is asked for is none of the test's concern."""
    daemon.work(on("2026-11-24", "11:15"))
    runs = [run for clock in clocks for run in daemon.work(on("2026-11-24", clock))]
    for run in runs:
        if "hjv/source.hsa" not in run.tags:
            daemon.instance.delete_run(run.run_id)
    return [run for run in runs if "hjv/source.hsa" in run.tags]


def test_an_import_that_lasts_into_the_next_runs_beside_it_and_a_third_one_waits(daemon: Scheduler) -> None:
    """Also on an installation whose queue has seen no import yet, where Dagster knows of no limit by itself."""
    noon, afternoon, evening = imports_of_hsa(daemon, "11:30", "15:30", "22:30")
    daemon.launch_queued()
    assert [daemon.status(run) for run in (noon, afternoon)] == [dg.DagsterRunStatus.STARTING] * 2
    assert daemon.status(evening) is dg.DagsterRunStatus.QUEUED
    daemon.launch_queued()
    assert daemon.status(evening) is dg.DagsterRunStatus.QUEUED
    daemon.end(noon)
    daemon.launch_queued()
    assert daemon.status(evening) is dg.DagsterRunStatus.STARTING
