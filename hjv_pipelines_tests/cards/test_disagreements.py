"""What two sources say differently, or both say, of one unit is found, told to who can mend it, and released."""

from datetime import UTC, date, datetime, time, timedelta

import psycopg
import pytest

from hjv_pipelines.cards.disagreements import disagreements
from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.sources.hsa.record import HsaUnit, Rt90, TimeSpan
from hjv_pipelines.sources.kka.record import PublishedContent, PublishedText
from hjv_pipelines.sources.offerings.record import CareService, Coded, Offerings
from hjv_pipelines.sources.source import Record, Scope, Snapshot, UnitDocument
from hjv_pipelines.store.ledger import begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines.store.open_findings import EVERYTHING, page_of_findings
from hjv_pipelines_tests.store.told import MORNING, RUN

CLINIC, SKANE = "SE2321000016-A", "12-skane"
TODAY = date(2026, 11, 23)
LUND, STOCKHOLM = Rt90(x=6177000, y=1337000), Rt90(x=6581164, y=1630250)
WEEK = TimeSpan(from_day=1, to_day=5, opens=time(8), closes=time(16, 30))
CHRISTMAS = TimeSpan(
    from_day=1, to_day=7, opens=time(10), closes=time(12), valid_from=date(2026, 12, 24), valid_to=date(2026, 12, 26)
)


def unit(place: Rt90 = LUND, *, marked: bool = True, business_types: tuple[str, ...] = ()) -> HsaUnit:
    return HsaUnit(
        hsa_id=CLINIC,
        name="Vårdcentralen",
        destination_indicators=("03",) if marked else (),
        business_types=business_types,
        care_types=("01",),
        county_code="12",
        rt90=place,
        surgery_hours=(WEEK, CHRISTMAS),
    )


def text(hours: str | None = None, *, heading: str = "Fotsjukvård", shared: bool = False) -> PublishedContent:
    said = PublishedText(id="1", section="help", heading=heading, hours=hours, shared=shared)
    return PublishedContent(texts=(said,))


def rules(hsa: HsaUnit, **records: Record) -> list[str]:
    return [found.rule for found in disagreements(UnitFacts(CLINIC, hsa, records), TODAY)]


@pytest.mark.parametrize(
    "hours",
    ["Måndag–fredag 8–16.30", "Mån-fre kl. 08:00-16:30", "vardagar 8.00 – 16.30", "Tisdag 8-16:30\nTorsdag 8-16:30"],
)
def test_hours_that_hsa_has_too_are_said_twice(hours: str) -> None:
    """KKA's text rules: no opening hours that stand on the card already."""
    assert rules(unit(), kka=text(hours)) == ["hours_repeated"]


@pytest.mark.parametrize("hours", ["Öppettider: måndag-fredag 8-17", "Vi har öppet lördag 10-14"])
def test_opening_hours_that_hsa_has_otherwise_disagree(hours: str) -> None:
    assert rules(unit(), kka=text(hours)) == ["hours_disagree"]


@pytest.mark.parametrize("hours", ["Måndag 8-12\nTorsdag 13-16", "Ring oss för tider", None, "Öppet efter avtal"])
def test_hours_of_what_is_offered_are_no_disagreement(hours: str | None) -> None:
    assert rules(unit(), kka=text(hours)) == []


def test_a_text_that_many_units_share_is_not_judged_by_the_hours_of_one() -> None:
    assert rules(unit(), kka=text("Måndag-fredag 8-16.30", shared=True)) == []


def test_a_unit_far_from_its_county_is_found_and_told_how_far() -> None:
    (found,) = disagreements(UnitFacts(CLINIC, unit(STOCKHOLM)), TODAY)
    assert (found.rule, found.field) == ("far_from_county", "geographicalCoordinatesRt90")
    assert "km, 12" in found.value


@pytest.mark.parametrize("hsa", [unit(STOCKHOLM, marked=False), unit(STOCKHOLM, business_types=("03",)), unit()])
def test_a_unit_that_is_not_to_be_shown_or_has_no_place_or_lies_right_is_none(hsa: HsaUnit) -> None:
    assert rules(hsa) == []


@pytest.mark.parametrize(
    ("valid_to", "expected"), [(None, ["offering_repeated"]), (TODAY, ["offering_repeated"]), (date(2026, 11, 22), [])]
)
def test_an_offering_that_utbud_shows_too_is_said_twice(valid_to: date | None, expected: list[str]) -> None:
    offered = CareService(type=Coded(system="1", code="2", name="fotsjukvård"), valid_to=valid_to)
    assert rules(unit(), kka=text(), offerings=Offerings(services=(offered,))) == expected


def test_it_is_kept_with_the_publication_and_released_by_the_one_that_mends_it(connection: psycopg.Connection) -> None:
    tell(connection, 0, STOCKHOLM)
    (found,) = page_of_findings(connection, EVERYTHING, limit=10)
    assert (found.source, found.region, found.hsa_id, found.rule) == ("cards", SKANE, CLINIC, "far_from_county")
    tell(connection, 1, LUND)
    assert page_of_findings(connection, EVERYTHING, limit=10) == []


def test_it_is_released_when_the_unit_is_gone(connection: psycopg.Connection) -> None:
    tell(connection, 0, STOCKHOLM)
    tell(connection, 1, None)
    assert page_of_findings(connection, EVERYTHING, limit=10) == []


def tell(connection: psycopg.Connection, hour: int, place: Rt90 | None) -> None:
    """Import what HSA says of Skåne at an hour, and publish its cards."""
    as_of: datetime = MORNING.astimezone(UTC) + timedelta(hours=hour)
    scope = Scope(regions=(SKANE,))
    records = iter([UnitDocument(CLINIC, SKANE, unit(place))] if place else [])
    import_id = begin_import(connection, "hsa", scope, RUN, as_of)
    merge(connection, Snapshot("hsa", scope, as_of, as_of, records), import_id, lambda: as_of)
    publish_region(connection, SKANE, Policy(), RUN, lambda: as_of)
