"""Temporary information is on the card on its days, and on no other."""

from datetime import UTC, date, datetime

import pytest

from hjv_pipelines.sources.hsa.record import Notice
from hjv_pipelines_tests.cards.units import a_unit, the_card

MARCH = Notice(text="Stängt; vi ses i april", from_date=date(2026, 3, 10), to_date=date(2026, 3, 12))


def shown(notice: Notice, at: datetime) -> bool:
    return the_card(a_unit(notice=notice), at).notice is not None


@pytest.mark.parametrize(
    ("at", "is_shown"),
    [
        (datetime(2026, 3, 9, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 9, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 12, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 12, 23, 0, tzinfo=UTC), False),
    ],
)
def test_a_notice_is_shown_from_its_first_midnight_in_sweden_through_its_last_day(
    at: datetime, *, is_shown: bool
) -> None:
    """Trap 16."""
    assert shown(MARCH, at) is is_shown


def test_a_notice_without_an_end_is_shown_for_ever() -> None:
    """Trap 22."""
    endless = Notice(text="Vi har flyttat", from_date=date(2026, 3, 1))
    assert shown(endless, datetime(2050, 1, 1, tzinfo=UTC))
    assert not shown(endless, datetime(2026, 2, 1, tzinfo=UTC))


def test_a_notice_without_dates_is_shown() -> None:
    """Trap 22."""
    assert shown(Notice(text="Vi har flyttat"), datetime(2026, 3, 1, tzinfo=UTC))


def test_the_text_is_given_as_it_was_written() -> None:
    """Trap 22: `;` inside the text."""
    notice = the_card(a_unit(notice=MARCH), datetime(2026, 3, 11, 12, tzinfo=UTC)).notice
    assert notice is not None
    assert notice.text == "Stängt; vi ses i april"
