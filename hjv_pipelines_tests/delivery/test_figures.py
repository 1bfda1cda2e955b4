"""Figures as one reads them: 0.87 is 87 per cent, and none is never nought."""

from datetime import date

import pytest

from hjv_pipelines.cards.figures import Proportion, Wait, WaitingTime
from hjv_pipelines.cards.parts import CodedValue
from hjv_pipelines.delivery.figures import details, figure


def shown(first: date = date(2026, 10, 1), last: date = date(2026, 10, 31), **said: object) -> WaitingTime:
    about = {"source": "waiting_times", "indicator": CodedValue(code="1"), "first_day": first, "last_day": last}
    return WaitingTime.model_validate({**about, **said})


def words(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0.87, "87 %"), (0.0, "0 %"), (1.0, "100 %"), (0.875, "88 %"), (0.865, "87 %"), (0.0087, "1 %")],
)
def test_a_proportion_is_shown_in_per_cent(rate: float, text: str) -> None:
    """Trap 31."""
    assert words(figure(shown(proportion=Proportion(rate=rate)))) == text


@pytest.mark.parametrize(
    ("length", "unit", "text"),
    [(1, "weeks", "1 vecka"), (6, "weeks", "6 veckor"), (2.5, "weeks", "2,5 veckor"), (100, "days", "100 dagar")],
)
def test_a_wait_is_shown_in_its_own_unit(length: float, unit: str, text: str) -> None:
    assert words(figure(shown(wait=Wait.model_validate({"length": length, "unit": unit})))) == text


def test_what_is_withheld_has_no_figure_but_a_reason() -> None:
    """Trap 32."""
    withheld = shown(withheld=CodedValue(code="too_few", name="Färre än 20 att räkna på"))
    assert figure(withheld) == "Ingen siffra"
    assert details(withheld) == "oktober 2026, färre än 20 att räkna på"


def test_a_reason_that_nobody_knows_is_shown_by_its_code() -> None:
    assert details(shown(withheld=CodedValue(code="XYZ"))) == "oktober 2026, orsak XYZ"
    assert details(shown(withheld=CodedValue())) == "oktober 2026, ingen uppgift om varför"


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({}, "oktober 2026"),
        ({"denominator": 1234}, "oktober 2026, räknat på 1 234"),
        ({"numerator": 87, "denominator": 100}, "oktober 2026, 87 av 100"),
        ({"numerator": 87}, "oktober 2026"),
    ],
)
def test_a_figure_stands_with_its_month_and_its_count(counts: dict[str, int], text: str) -> None:
    assert words(details(shown(proportion=Proportion.model_validate({"rate": 0.87, **counts})))) == text


def test_a_wait_is_a_forecast() -> None:
    assert details(shown(wait=Wait(length=6, unit="weeks", count=20))) == "prognos för oktober 2026, räknat på 20"


def test_a_period_that_is_no_month_is_shown_in_days() -> None:
    told = shown(date(2026, 10, 1), date(2026, 12, 31), proportion=Proportion(rate=0.5))
    assert details(told) == "1 oktober\N{EN DASH}31 december 2026"
