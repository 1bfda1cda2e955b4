"""Promised: through the years nothing grows but what stands, and what explains it.

HJV_SOAK_DAYS days (365) by the clock, each of which (or each HJV_SOAK_EVERY-th, a divisor of 30) is lived: the
timetable's imports, changes, units that open and close, notifications, breakdowns, holds, reverts, alerts, and at night
what is old is forgotten. From nine months on, every table's last quarter is held against the one before.
"""

import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from hjv_pipelines_tests.year.day import live
from hjv_pipelines_tests.year.installation import installed
from hjv_pipelines_tests.year.runs_and_ticks import dagster_beside
from hjv_pipelines_tests.year.sizes import Month, growing, measured, table

DAYS = int(os.environ.get("HJV_SOAK_DAYS", "365"))
EVERY = int(os.environ.get("HJV_SOAK_EVERY", "1"))
BEGINS = date(2025, 1, 1)
MONTH = 30
SETTLED = 9 * MONTH
"""After so many days two quarters lie beyond the longest retention, which is 90 days."""

UNITS = (
    "a row for each unit that ever was: a card that is gone is told as gone, and an old snapshot brings no unit back"
)
MAY_GROW = {
    "hjv.imports": "the import that brought it stays with each document that stands, and with no more than that",
    "hjv.publications": "the publication that made it stays with each card and with each unit's newest feed entry",
    "hjv.cards": UNITS,
    "hjv.documents": UNITS,
    "hjv.feed": UNITS,
    "hjv.unit_register": UNITS,
    "hjv.contents": "what the last document of a unit that is gone said",
    "hjv.findings": "what was wrong in it stands for as long as nobody says that it is mended",
}
"""What grows all the same, and why."""

ROWS_A_DAY = 40
"""So many rows a day may leave for good in one of those: some twenty units are touched on a day."""

pytestmark = [pytest.mark.soak, pytest.mark.timeout(6 * 3600), pytest.mark.usefixtures("waits")]


def test_nothing_grows_but_what_stands(database_url: str, tmp_path: Path) -> None:
    months: list[Month] = []
    began = monotonic()
    with (
        installed(tmp_path, database_url, datetime(BEGINS.year, 1, 1, tzinfo=UTC)) as installation,
        dagster_beside(tmp_path / "dagster", database_url) as dagster,
    ):
        installation.import_together(installation.pipeline.source_names)
        for number in range(DAYS):
            day = BEGINS + timedelta(days=number)
            if number % EVERY == 0:
                live(installation, day, number // EVERY)
                dagster.live(installation.now)
                dagster.forget(installation.now, installation.settings)
            if (number + 1) % MONTH == 0:
                months.append(measured(database_url, tmp_path / "raw", day))
                sys.stdout.write(f"\n{day}: {number + 1} days in {monotonic() - began:.0f} s\n{table(months[-1:])}\n")
                sys.stdout.flush()
    sys.stdout.write(f"\n{table(months)}\n")
    if DAYS >= SETTLED:
        more = growing(months)
        assert more.keys() <= MAY_GROW.keys()
        assert max(more.values(), default=0) <= ROWS_A_DAY * 3 * MONTH / EVERY
