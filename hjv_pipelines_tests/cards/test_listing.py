"""Listning on the card: there where one can list oneself, with a queue, without one, or with none known."""

import pytest

from hjv_pipelines.cards.listing import listing_from
from hjv_pipelines.sources.listing.record import Listing
from hjv_pipelines_tests.cards.units import NOON, a_unit, built_of, facts_of


@pytest.mark.parametrize("queue", [True, False, None])
def test_a_queue_is_told_denied_or_unknown(*, queue: bool | None) -> None:
    """Trap 30: absent is not false."""
    section = listing_from(facts_of(a_unit(), records={"listing": Listing(has_queue=queue)}), NOON)
    assert section is not None
    assert section.queue is queue


def test_the_types_stand_in_the_order_of_the_swedish_alphabet() -> None:
    section = listing_from(
        facts_of(a_unit(), records={"listing": Listing(listing_types=("Övrigt", "BVC", "Äldre"))}), NOON
    )
    assert section is not None
    assert section.types == ("BVC", "Äldre", "Övrigt")


def test_the_card_says_that_one_can_list_oneself() -> None:
    facts = facts_of(a_unit(), records={"listing": Listing()})
    card = built_of(facts).card
    assert card is not None
    assert card.listing is not None


def test_where_one_cannot_list_oneself_the_card_says_nothing_of_it() -> None:
    card = built_of(facts_of(a_unit())).card
    assert card is not None
    assert card.listing is None
