"""Nothing good gets lost: large changes that are meant go out with one command, and the next day is a day like any.

`hjv guard allow` is run as a person runs it.
"""

import re
from collections.abc import Callable, Iterable

import pytest

from hjv_pipelines.sandbox.unit import SandboxUnit
from hjv_pipelines.store.guard.holds import Hold
from hjv_pipelines_tests.guarding.days import SKANE, Days, renamed
from hjv_pipelines_tests.guarding.test_injected_losses import coordinates_of_another_place, every_unit_closed


def a_new_region_joins(days: Days) -> None:
    """Sixty units of Gotland that the directory never named."""
    models = days.units("14")[:60]
    gotland = {"countyCode": ["09"], "countyName": ["Gotlands län"], "municipalityCode": [], "municipalityName": []}
    new = (renamed(unit.changed(gotland), f"SE2120000803-{unit.hsa_id[-4:]}") for unit in models)
    days.archive.add(new, days.morning)


def a_region_reorganises_its_units(days: Days) -> None:
    units = days.units("12")
    days.remove(units[::2])
    merged = (renamed(unit, f"SE2321000255-N{unit.hsa_id[-4:]}") for unit in units[::4])
    days.archive.add(merged, days.morning)


def a_discontinued_field(days: Days) -> None:
    """Every region at once, as when HSA ends a field: several holds, one command."""
    days.say(days.archive.units(days.noon), lambda _: {"switchboardNumber": []})


@pytest.mark.parametrize(
    "change",
    [
        a_new_region_joins,
        a_region_reorganises_its_units,
        a_discontinued_field,
        every_unit_closed,
        coordinates_of_another_place,
    ],
)
def test_a_large_change_that_is_meant_goes_out_with_one_command(days: Days, change: Callable[[Days], None]) -> None:
    change(days)
    held = days.told()
    assert held
    regions = [hold.region for hold in held]
    before = days.cards(*regions)
    allow(days, held)
    published = days.cards(*regions)
    assert published != before

    days.tomorrow()
    assert days.told() == ()
    assert days.cards(*regions) == published


def test_after_a_large_loss_that_was_meant_a_small_one_goes_out_by_itself(days: Days) -> None:
    """What was allowed is the new height, in cards too: the week before it counts no more."""
    leaving, *shown = [unit for unit in days.units("12") if unit.key in days.cards(SKANE)]
    close(days, shown[: len(shown) // 2])
    allow(days, days.told())
    left = days.cards(SKANE).keys()

    days.tomorrow()
    close(days, [leaving])
    assert days.told() == ()
    assert days.cards(SKANE).keys() == left - {leaving.key}


def close(days: Days, units: Iterable[SandboxUnit]) -> None:
    """Let today's file say that `units` ended this morning."""
    days.say(units, lambda _: {"unitEndDate": [f"{days.morning:%Y%m%d}000000Z"]})


def allow(days: Days, held: tuple[Hold, ...]) -> None:
    """Let everything that is held out, with one command."""
    numbers = [str(hold.hold_id) for hold in held]
    told = days.hjv("guard", "allow", *numbers, "--why", "Announced by the region.", "--by", "Karin")
    assert len(re.findall(r"Hold \d+ is allowed", told)) == len(numbers)
    assert days.held() == []


def test_a_season_that_ends_goes_out_by_itself(days: Days) -> None:
    before = days.cards("01-stockholm")
    offering = list(days.archive.told("vaccinera", days.noon))
    for unit in offering:
        days.archive.tell(unit.key, "vaccinera", None, days.morning)
    assert offering
    assert days.told("vaccinera") == ()
    assert {hsa_id for hsa_id, card in days.cards("01-stockholm").items() if card != before[hsa_id]}
