"""Dates and moments are read in the directory's form and in XML's; an impossible one is told."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.sources.hsa.dates import calendar_date, moment


@pytest.mark.parametrize("raw", ["20240229", "2024-02-29"])
def test_a_date_has_hyphens_or_none(raw: str) -> None:
    assert calendar_date(raw).value == date(2024, 2, 29)


@pytest.mark.parametrize("raw", ["20101131", "20230229", "00000101", "2024", "snart", "٢٠٢٤٠١٠١"])
def test_an_impossible_date_is_told(raw: str) -> None:
    """Trap 22."""
    assert calendar_date(raw).broken == ("date_impossible",)


def test_an_empty_text_is_no_date() -> None:
    assert calendar_date("") == (None, ())


@pytest.mark.parametrize(
    "raw",
    [
        *("20240601060000Z", "202406010600Z", "2024060106Z", "20240601080000+0200", "20240601060000.0Z"),
        *("2024-06-01T06:00:00Z", "2024-06-01T08:00:00+02:00", "2024-06-01T06:00:00.000Z"),
    ],
)
def test_a_moment_is_generalized_time_or_xml_date_time(raw: str) -> None:
    assert moment(raw).value == datetime(2024, 6, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("20240601", datetime(2024, 5, 31, 22, tzinfo=UTC)),
        ("2024-01-15", datetime(2024, 1, 14, 23, tzinfo=UTC)),
        ("2024-06-01T08:00:00", datetime(2024, 6, 1, 6, tzinfo=UTC)),
    ],
)
def test_without_a_zone_a_moment_is_swedish_local_time(raw: str, instant: datetime) -> None:
    assert moment(raw).value == instant


@pytest.mark.parametrize(
    "raw",
    [
        "20230231000000Z",
        "20221301000000Z",
        "2023-06-31T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "20240601250000Z",
    ],
)
def test_an_impossible_moment_is_told(raw: str) -> None:
    """Trap 22."""
    assert moment(raw).broken == ("date_impossible",)


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_moment_is_read_as_it_was_written(instant: datetime) -> None:
    assert moment(instant.isoformat()).value == instant
    assert moment(f"{instant.year:04}{instant:%m%d%H%M%S}Z").value == instant.replace(microsecond=0)


@given(st.text() | st.text("0123456789-T:Z+.", max_size=25))
def test_whatever_comes_in_a_moment_is_in_utc_or_there_is_none(raw: str) -> None:
    value, broken = moment(raw)
    assert (value is None) == bool(broken)
    assert value is None or value.tzinfo is UTC
    day, broken = calendar_date(raw)
    assert day is None or not broken
