"""Every morning there is a report of each region's findings, and figures of how good the data is, with a picture."""

import re
from base64 import b64decode
from pathlib import Path

import dagster as dg
import pytest
from lxml import etree

from hjv_pipelines.orchestration.heat_map import heat_map, per_cent
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines_tests.orchestration.installation import Installation, value

SKANE = "12-skane"
PRIVATE = re.compile(r"nonPublicTelephoneNumber|directoryContact")


@pytest.fixture(scope="module")
def reported(imported: Installation) -> Installation:
    """Give an installation whose morning's job has run."""
    assert imported.launch("report_quality").success
    return imported


def test_every_region_has_a_report_whose_address_is_told(reported: Installation) -> None:
    made = reported.materialised("finding_reports")
    assert set(made) == set(REGION_KEYS)
    page = Path(str(value(made[SKANE], "report"))).read_text()
    assert "Anmärkningar: Skåne" in page
    assert not PRIVATE.search(page)
    assert Path(str(value(made[SKANE], "table"))).exists()


def test_a_report_is_previewed_by_who_mends(reported: Installation) -> None:
    made = reported.materialised("finding_reports")
    assert sum(int(str(value(one, "findings"))) for one in made.values()) > 0
    assert any("HSA-administratör" in str(value(one, "preview")) for one in made.values())


def test_every_region_has_figures_that_plot(reported: Installation) -> None:
    made = reported.materialised("data_quality")
    assert set(made) == set(REGION_KEYS)
    cards = sum(unit.region == SKANE and unit.verdict == "visible" for unit in reported.expected())
    assert value(made[SKANE], "cards") == cards
    for name in ("findings", "refused"):
        assert isinstance(value(made[SKANE], name), int), name
    share = value(made[SKANE], "share with position")
    assert isinstance(share, float)
    assert 0 < share <= 1
    assert re.search(r"\| hsa +\|", str(value(made[SKANE], "sources")))


def test_the_nation_is_seen_as_a_table_and_as_a_picture(reported: Installation) -> None:
    told = reported.materialised("data_quality")[SKANE]
    assert "| Skåne" in str(value(told, "filled"))
    assert "time_span_syntax" in str(value(told, "findings_by_rule"))
    picture = str(value(told, "filled_picture"))
    assert picture.startswith("![")


def test_a_picture_is_an_image_in_an_address_of_its_own() -> None:
    picture = heat_map(["tele & fon"], {"Skåne": [per_cent(0.871)], "Utan län": [None]}, "Ifyllt", "Tomt: inget kort.")
    address = re.fullmatch(r"!\[Ifyllt\]\(data:image/svg\+xml;base64,(.+)\)", picture)
    assert address
    texts = etree.fromstring(b64decode(address[1])).xpath("//*[local-name() = 'text']/text()")
    assert texts == ["Ifyllt", "tele & fon", "Skåne", "87", "Utan län", "Tomt: inget kort."]


def test_it_runs_at_six_in_sweden_for_every_region(reported: Installation) -> None:
    schedule = reported.defs.resolve_schedule_def("every_morning")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * *", "Europe/Stockholm")
    with dg.build_schedule_context(reported.instance) as context:
        request = schedule(context)
    assert isinstance(request, dg.RunRequest)
    assert request.tags["dagster/asset_partition_range_end"] == REGION_KEYS[-1]
