"""Nothing wrong gets published: losses injected into what HSA says, end to end over the sandbox nation.

Whatever is lost of a region, its cards stay as they are, the other regions' news goes out in the same import, and the
hold says what would have been lost (traps 6 to 10).
"""

from collections.abc import Callable
from itertools import groupby

import pytest

from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.sandbox.unit import Profile, SandboxUnit
from hjv_pipelines_tests.guarding.days import GOTLAND, HALLAND, SKANE, STOCKHOLM_REGION, Days, renamed

NEWS = {"publicName": ["Vårdcentralen Ny"], "unitName": ["Vårdcentralen Ny"]}
"""What Stockholm says of one of its units on the same day."""


def a_region_gone(days: Days) -> None:
    days.remove(days.units("12"))


def a_field_gone(days: Days) -> None:
    days.say(days.units("12"), lambda _: {"surgeryHour": []})


def a_code_list_changed(days: Days) -> None:
    days.say(days.units("12"), lambda unit: {"careType": [f"V{code}" for code in unit.profile.get("careType", [])]})


def a_code_that_means_something_else(days: Days) -> None:
    """Units and values are all there, every code is known: only the cards would be gone."""
    shown = [unit for unit in days.units("12") if unit.profile.get("destinationIndicator") == ["03"]]
    days.say(shown, lambda _: {"destinationIndicator": ["01"]})


def an_id_format_changed(days: Days) -> None:
    units = days.units("12")
    days.remove(units)
    days.archive.add((renamed(unit, f"{unit.hsa_id[2:12]}/{unit.hsa_id[-4:]}") for unit in units), days.morning)


def every_unit_closed(days: Days) -> None:
    days.say(days.units("12"), lambda _: {"unitEndDate": [f"{days.morning:%Y%m%d}000000Z"]})


def coordinates_of_another_place(days: Days) -> None:
    days.say(days.units("12"), _a_hundred_kilometres_north)


def _a_hundred_kilometres_north(unit: SandboxUnit) -> Profile:
    told = unit.profile.get("geographicalCoordinatesRt90", [])
    words = [str(value).split() for value in told]
    try:
        return {"geographicalCoordinatesRt90": [f"X: {int(x.rstrip(',')) + 100_000}, Y: {y}" for _, x, _, y in words]}
    except ValueError:  # dirt stays dirt
        return {"geographicalCoordinatesRt90": told}


@pytest.mark.parametrize(
    ("lose", "said"),
    [
        (a_region_gone, "units would be gone"),
        (a_field_gone, "surgery_hours: "),
        (a_code_list_changed, "unknown_code: "),
        (a_code_that_means_something_else, "cards would be gone"),
        (an_id_format_changed, "units would be gone"),
        (every_unit_closed, "cards would be gone"),
        (coordinates_of_another_place, "would lie more than 10 km from where they do"),
    ],
)
def test_what_is_lost_of_a_region_is_held_back_and_the_rest_goes_out(
    days: Days, lose: Callable[[Days], None], said: str
) -> None:
    skane, stockholm = days.cards(SKANE), days.cards(STOCKHOLM_REGION)
    lose(days)
    renewed = next(unit for unit in days.units("01") if unit.key in stockholm)
    days.say([renewed], lambda _: NEWS)

    (hold,) = days.told()
    assert hold.region == SKANE
    assert any(said in str(breach) for breach in hold.breaches)
    assert days.cards(SKANE) == skane
    assert days.cards(STOCKHOLM_REGION)[renewed.key] != stockholm[renewed.key]
    plan = days.hjv("guard", "show", str(hold.hold_id))
    assert said in plan
    assert f"hjv guard allow {hold.hold_id}" in plan


def county(code: str, name: str) -> Profile:
    """Return the elements that place a unit in a county."""
    return {"countyCode": [code], "countyName": [name], "municipalityCode": [], "municipalityName": []}


def test_counties_that_swap_as_many_units_keep_theirs_both(days: Days) -> None:
    """Each has as many units as before; that they are others is seen unit by unit, and said of both."""
    skane, halland = days.cards(SKANE), days.cards(HALLAND)
    in_skane, in_halland = days.units("12"), days.units("13")
    swapped = min(len(in_skane), len(in_halland))
    days.say(in_skane[:swapped], lambda _: county("13", "Hallands län"))
    days.say(in_halland[:swapped], lambda _: county("12", "Skåne län"))
    said = {hold.region: [str(breach) for breach in hold.breaches] for hold in days.told()}
    assert said.keys() == {SKANE, HALLAND}
    assert f"{swapped} of {len(in_skane)} units would be gone" in said[SKANE]
    assert f"{swapped} of {len(in_halland)} units would be gone" in said[HALLAND]
    assert (days.cards(SKANE), days.cards(HALLAND)) == (skane, halland)


def test_units_that_a_large_region_is_given_stay_where_they_are(days: Days) -> None:
    """Only the region that loses them is held back; they do not come to the other one either."""
    halland, stockholm = days.cards(HALLAND), days.cards(STOCKHOLM_REGION).keys()
    days.say(days.units("13"), lambda _: county("01", "Stockholms län"))
    assert [hold.region for hold in days.told()] == [HALLAND]
    assert (days.cards(HALLAND), days.cards(STOCKHOLM_REGION).keys()) == (halland, stockholm)


def test_units_that_a_small_region_is_given_stay_where_they_are(days: Days) -> None:
    """A few of every county: only the region that is given them is held back, and they are not gone elsewhere."""
    before = {region: days.cards(region).keys() for region in REGION_KEYS}
    of_counties = groupby(sorted(days.archive.units(days.noon), key=_county), key=_county)
    given = [unit for code, units in of_counties if code not in {"", "09"} for unit in list(units)[:4]]
    days.say(given, lambda _: county("09", "Gotlands län"))
    assert [hold.region for hold in days.told()] == [GOTLAND]
    assert {region: days.cards(region).keys() for region in REGION_KEYS} == before


def _county(unit: SandboxUnit) -> str:
    return str(next(iter(unit.profile.get("countyCode", [])), ""))


def test_what_a_held_region_would_have_sent_elsewhere_does_not_raise_the_height_there(days: Days) -> None:
    halland = days.units("13")
    days.say(halland, lambda _: county("01", "Stockholms län"))
    assert [hold.region for hold in days.told()] == [HALLAND]
    days.tomorrow()
    days.say(halland, lambda unit: {name: unit.profile.get(name, []) for name in county("", "")})
    assert days.told() == ()


def test_one_unit_a_day_is_held_back_before_the_week_has_taken_many(days: Days) -> None:
    """Trap 9: judged against the highest of the last seven days, in cards as in units."""
    before = days.cards(SKANE)
    leaving = iter([unit for unit in days.units("12") if unit.key in before])
    held = []
    for _ in range(5):
        days.remove([next(leaving)])
        held.append([hold.region for hold in days.told()])
        days.tomorrow()
    assert held == [[], [], [], [], [SKANE]]
    assert len(days.cards(SKANE)) == len(before) - 4
