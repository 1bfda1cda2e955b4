"""The timetable says what the source description says, and the regions are Sweden's."""

from datetime import time

import pytest

from hjv_pipelines.failures import HjvError
from hjv_pipelines.regions import DISTANCE, REGIONS, municipalities, region, region_of_county
from hjv_pipelines.timetable import TIMETABLE, TimetableRow, timetable_row


def test_hsa_is_imported_an_hour_and_a_half_after_each_file_is_begun() -> None:
    assert timetable_row("hsa").times == (time(11, 30), time(15, 30), time(22, 30))


def test_eservices_are_imported_three_times_a_day() -> None:
    assert timetable_row("eservices").times == (time(11, 0), time(15, 0), time(23, 0))


CRONS = {
    "listing": "0 1 * * *",
    "patient_survey": "0 1 * * *",
    "waiting_times": "0 1 * * *",
    "waiting_times_skane": "0 1 * * *",
    "vaccinera": "0 10,14,23 * * *",
    "eservices": "0 11,15,23 * * *",
    "hsa": "30 11,15,22 * * *",
    "offerings": "0 23 * * *",
    "kka": "0 23 * * *",
}
"""The source description's times, as cron writes them."""


@pytest.mark.parametrize("row", TIMETABLE, ids=lambda row: row.source)
def test_a_row_is_one_cron_line(row: TimetableRow) -> None:
    assert CRONS[row.source] == row.cron()


def test_the_rows_stand_in_the_order_of_the_clock() -> None:
    first_times = [row.times[0] for row in TIMETABLE]
    assert first_times == sorted(first_times)
    assert all(list(row.times) == sorted(row.times) for row in TIMETABLE)


def test_there_are_21_regions_and_one_for_units_without_a_county() -> None:
    assert len(REGIONS) == 22
    assert len({county.county_code for county in REGIONS} - {""}) == 21


def test_every_municipality_lies_in_a_region() -> None:
    counties = {municipality.county_code for municipality in municipalities().values()}
    assert counties == {county.county_code for county in REGIONS} - {""}


@pytest.mark.parametrize("key", ["12", "12-skane"])
def test_a_region_is_named_by_key_or_county_code(key: str) -> None:
    assert region(key).county_name == "Skåne län"


def test_an_unknown_county_is_no_county() -> None:
    """Trap 24: a code that lost its leading zero is not another county's."""
    assert region_of_county("1") is DISTANCE


def test_an_unknown_region_is_refused_with_the_list() -> None:
    with pytest.raises(HjvError, match="12-skane"):
        region("2")
