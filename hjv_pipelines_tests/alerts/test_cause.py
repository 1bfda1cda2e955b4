"""Each thing that is wrong is one cause, which stays the same until there is something new to tell."""

from datetime import timedelta
from pathlib import Path

import pytest

from hjv_pipelines.alerts.cause import (
    CERTIFICATE_DAYS,
    Cause,
    Clockwork,
    FailedCheck,
    FailedRun,
    certificate,
    check_failed,
    held_back,
    inbox_age,
    late_import,
    region_failed,
    run_failed,
    silent,
)
from hjv_pipelines.freshness import MissingImport
from hjv_pipelines.store.guard.holds import Hold
from hjv_pipelines.store.guard.judgement import Breach
from hjv_pipelines.store.inbox.figures import Depth
from hjv_pipelines.store.quality import FailedRegion
from hjv_pipelines_tests.alerts.causes import PLACES, START, at


def same(one: Cause | None, other: Cause | None) -> bool:
    """Tell whether nobody would be told again."""
    assert one is not None
    assert other is not None
    return (one.kind, one.subject, one.essence) == (other.kind, other.subject, other.essence)


def test_the_same_failure_in_another_run_is_the_same_cause() -> None:
    first = run_failed(FailedRun("a" * 36, "hsa_import", ("hsa_units",), "No answer."), PLACES)
    assert same(first, run_failed(FailedRun("b" * 36, "hsa_import", ("hsa_units",), "No answer."), PLACES))
    assert not same(first, run_failed(FailedRun("b" * 36, "hsa_import", ("hsa_units",), "Forbidden."), PLACES))
    assert first.link == f"http://ui.example/runs/{'a' * 36}"


def test_a_check_is_told_again_when_its_offenders_have_doubled() -> None:
    def judged(offenders: int) -> Cause:
        return check_failed(FailedCheck("hsa_units", "few_refused", "warning", "Many.", offenders), PLACES)

    assert same(judged(10), judged(11))
    assert not same(judged(10), judged(20))
    assert judged(10).link == "http://ui.example/assets/hsa_units?view=checks&checkDetail=few_refused"


def test_a_sensor_that_ticks_is_well() -> None:
    assert silent(Clockwork("inbox", "sensor", START, at(1)), PLACES) is None


@pytest.mark.parametrize("ticked", [None, at(-1)])
def test_a_sensor_that_does_not_tick_is_silent(ticked: None) -> None:
    cause = silent(Clockwork("inbox", "sensor", START, ticked), PLACES)
    assert cause is not None
    assert cause.link == "http://ui.example/locations/hjv_pipelines/sensors/inbox"
    assert same(cause, silent(Clockwork("inbox", "sensor", at(5), ticked), PLACES))


def test_a_schedule_whose_tick_failed_says_why() -> None:
    cause = silent(Clockwork("hsa", "schedule", START, at(1), "KeyError: x"), PLACES)
    assert cause is not None
    assert "KeyError: x" in cause.says


def test_a_late_import_is_told_again_when_a_region_comes_or_another_is_late() -> None:
    def late(*regions: str) -> Cause | None:
        return late_import("hsa", [MissingImport(region, START, None) for region in regions], PLACES)

    assert late() is None
    assert same(late("12-skane"), late("12-skane"))
    assert not same(late("12-skane"), late("12-skane", "01-stockholm"))


def test_a_hold_that_follows_another_for_the_same_reason_is_the_same_cause() -> None:
    def hold(number: int, gone: int) -> Cause:
        breach = Breach("units_gone", "", 100, 100 - gone)
        told = Hold(number, "hsa", "12-skane", "all", 1, START, START, START, (breach,), 50, "held")  # type: ignore[arg-type]
        return held_back(told, PLACES)

    assert same(hold(1, 50), hold(2, 49))
    assert "hjv guard show 2" in hold(2, 49).remedy


def test_the_inbox_is_told_of_when_a_hint_waits_too_long_and_each_time_its_age_doubles() -> None:
    waiting = Depth("hsa", "waiting", 3, 2, START)
    assert inbox_age(waiting, at(14), PLACES) is None
    assert same(inbox_age(waiting, at(16), PLACES), inbox_age(waiting, at(29), PLACES))
    assert not same(inbox_age(waiting, at(16), PLACES), inbox_age(waiting, at(31), PLACES))


def test_hints_that_were_set_aside_are_a_cause_at_once() -> None:
    waiting = inbox_age(Depth("hsa", "waiting", 3, 2, START), at(16), PLACES)
    aside = inbox_age(Depth("hsa", "set_aside", 3, 2, START), at(0), PLACES)
    assert aside is not None
    assert "hjv inbox replay --source hsa" in aside.remedy
    assert not same(aside, waiting)


def test_the_regions_that_a_source_left_failed_are_one_cause() -> None:
    failed = [FailedRegion(region, "failed", START, "Forbidden.") for region in ("12-skane", "01-stockholm")]
    cause = region_failed("kka", failed, PLACES)
    assert cause is not None
    assert "01-stockholm, 12-skane: Forbidden." in cause.says
    assert same(cause, region_failed("kka", failed[::-1], PLACES))
    assert region_failed("kka", [], PLACES) is None


def test_a_certificate_is_told_of_at_each_step_of_its_last_month() -> None:
    expires = START + timedelta(days=60)
    causes = [certificate("HJV_CLIENT_CERTIFICATE", expires, START + timedelta(days=day), PLACES) for day in range(63)]
    assert causes[29] is None
    assert len({cause.essence for cause in causes if cause}) == len(CERTIFICATE_DAYS)
    assert causes[62] is not None
    assert "has expired" in causes[62].says


def test_a_link_cannot_be_led_astray(tmp_path: Path) -> None:
    assert PLACES.check("a/../b?x", "c&d") == "http://ui.example/assets/a/../b%3Fx?view=checks&checkDetail=c%26d"
