"""Promises of the file's clock: three files a day, each from an hour and a half after it was begun."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.sandbox.clock import (
    GENERATION_TIMES,
    SERVED_AFTER,
    generation_served_at,
    next_file_from,
    served_in_a_file_from,
)
from hjv_pipelines.timetable import STOCKHOLM

MOMENTS = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda since: datetime(2025, 1, 1, tzinfo=UTC) + since)


@pytest.mark.parametrize(
    ("at", "begun"),
    [
        ("2025-11-24 11:29", "2025-11-23 21:00"),
        ("2025-11-24 11:30", "2025-11-24 10:00"),
        ("2025-11-24 15:29", "2025-11-24 10:00"),
        ("2025-11-24 15:30", "2025-11-24 14:00"),
        ("2025-11-24 22:30", "2025-11-24 21:00"),
        ("2025-11-25 00:10", "2025-11-24 21:00"),
        # Trap 17: the days of 23 and of 25 hours keep their wall clock.
        ("2026-03-29 11:30", "2026-03-29 10:00"),
        ("2026-10-25 11:29", "2026-10-24 21:00"),
    ],
)
def test_the_file_that_is_served(at: str, begun: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=STOCKHOLM)
    generation = generation_served_at(moment, units=100_000)
    assert generation.start == datetime.fromisoformat(begun).replace(tzinfo=STOCKHOLM)
    assert generation.end - generation.start == timedelta(minutes=24)


def test_a_small_nation_is_written_quickly() -> None:
    generation = generation_served_at(datetime(2025, 11, 24, 12, tzinfo=UTC), units=3)
    assert generation.end - generation.start == timedelta(seconds=1)


@given(MOMENTS)
def test_the_served_file_was_begun_at_a_time_of_the_timetable_and_is_the_newest_ready(at: datetime) -> None:
    start = generation_served_at(at, units=100_000).start
    assert start.astimezone(STOCKHOLM).time() in GENERATION_TIMES
    assert start + SERVED_AFTER <= at < start + SERVED_AFTER + timedelta(hours=14)


@given(MOMENTS)
def test_a_change_is_in_the_file_from_the_moment_that_was_promised_and_not_before(change: datetime) -> None:
    promised = served_in_a_file_from(change)
    assert generation_served_at(promised, units=1).start >= change
    assert generation_served_at(promised - timedelta(microseconds=1), units=1).start < change


@given(MOMENTS)
def test_the_next_file_is_served_from_its_moment_and_not_before(at: datetime) -> None:
    now, following = generation_served_at(at, units=1), next_file_from(at)
    assert generation_served_at(following, units=1).start > now.start
    assert generation_served_at(following - timedelta(microseconds=1), units=1) == now
