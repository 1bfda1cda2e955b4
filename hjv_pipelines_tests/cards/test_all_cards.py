"""All cards and the feed's position are read in one view of the store: neither holds what the other lacks."""

import psycopg

from hjv_pipelines.cards.all_cards import every_card, page_of_cards
from hjv_pipelines.cards.feed import feed_entries, feed_reach, one_view
from hjv_pipelines_tests.delivery.publishers import publish_changes, published

UNBOUNDED = 10**9


def test_what_is_published_meanwhile_is_not_in_the_view(connection: psycopg.Connection, database_url: str) -> None:
    """Trap 13."""
    publish_changes(database_url, seed=1, times=2)
    before = published(database_url)
    with one_view(connection):
        reach = feed_reach(connection)
        publish_changes(database_url, seed=2, times=2, first_minute=2)
        seen = {card.hsa_id: card.body.encode() for card in every_card(connection, None)}
        assert feed_entries(connection, reach.head, 1000, UNBOUNDED) == []
    assert seen == before
    assert feed_entries(connection, reach.head, 1000, UNBOUNDED)[0].position == reach.head + 1


def test_a_page_ends_where_its_cards_are_large_enough(connection: psycopg.Connection, database_url: str) -> None:
    """Trap 41: a page that would be too large is a shorter page, never a refusal."""
    publish_changes(database_url, seed=1, times=4)
    everything = page_of_cards(connection, None, "", 100, UNBOUNDED)
    assert len(everything) > 2
    assert page_of_cards(connection, None, "", 100, 1) == everything[:1]
    assert page_of_cards(connection, None, "", 100, len(everything[0].body.encode()) + 1) == everything[:2]


def test_changes_end_where_their_cards_are_large_enough(connection: psycopg.Connection, database_url: str) -> None:
    publish_changes(database_url, seed=1, times=4)
    everything = feed_entries(connection, 0, 100, UNBOUNDED)
    first_size = len((everything[0].body or "").encode())
    short = feed_entries(connection, 0, 100, first_size + 1)
    assert short == everything[: len(short)]
    assert 1 < len(short) < len(everything)
