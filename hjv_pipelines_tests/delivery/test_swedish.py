"""The pages' sentences: what a Swede would say of a moment, an age, opening hours, and who a service is for."""

from datetime import UTC, datetime, timedelta

import pytest

from hjv_pipelines.cards.opening import OpeningStatus, status
from hjv_pipelines.cards.parts import EServiceLimits
from hjv_pipelines.delivery import swedish
from hjv_pipelines_tests.cards.units import NOON, an_opening_span


@pytest.mark.parametrize(
    ("opens_in", "said"),
    [
        (timedelta(hours=1), "Stängt nu, öppnar kl. 13:00"),
        (timedelta(hours=20), "Stängt nu, öppnar i morgon kl. 08:00"),
        (timedelta(days=2), "Stängt nu, öppnar på fredag kl. 12:00"),
        (timedelta(days=6), "Stängt nu, öppnar på tisdag kl. 12:00"),
        (timedelta(days=7), "Stängt nu, öppnar 18 mars 2026 kl. 12:00"),
    ],
)
def test_what_is_closed_says_when_it_opens(opens_in: timedelta, said: str) -> None:
    assert swedish.opening(OpeningStatus("closed", opens_at=NOON + opens_in), NOON) == said


def test_what_closes_at_midnight_closes_at_24() -> None:
    until_midnight = status([an_opening_span("1-5", "08:00", "24:00"), an_opening_span("6-7", "10:00", "24:00")], NOON)

    assert swedish.opening(until_midnight, NOON) == "Öppet nu, stänger kl. 24:00"


def test_what_never_closes_is_open() -> None:
    assert swedish.opening(status([an_opening_span("1-7", "00:00", "24:00")], NOON), NOON) == "Öppet nu"


def test_a_red_day_is_named() -> None:
    good_friday = datetime(2026, 4, 3, 10, tzinfo=UTC)
    told = swedish.opening(status([an_opening_span("1-5", "08:00", "17:00")], good_friday), good_friday)

    assert told == "Tiden kan vara en annan i dag (Långfredagen)"


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (timedelta(minutes=59), "mindre än en timme"),
        (timedelta(minutes=90), "1 timme"),
        (timedelta(hours=47), "47 timmar"),
        (timedelta(days=3), "3 dygn"),
    ],
)
def test_an_age_is_told_as_people_tell_it(since: timedelta, said: str) -> None:
    assert swedish.age(since) == said


def test_a_moment_is_swedish_time() -> None:
    assert swedish.moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "2 juli 2026 kl. 00:30"


def test_a_service_for_municipalities_names_them_and_not_the_county() -> None:
    limits = EServiceLimits(county_codes=("12",), municipality_codes=("1280", "1281", "1290"))

    assert swedish.eservice_conditions(limits) == ("För dig som bor i Malmö, Lund och Kristianstad",)


def test_a_service_for_everyone_has_no_conditions() -> None:
    assert swedish.eservice_conditions(EServiceLimits(listing_required=False)) == ()
