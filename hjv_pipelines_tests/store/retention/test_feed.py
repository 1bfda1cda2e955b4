"""The feed forgets what is old, says up to where, and keeps what every unit's last word was."""

from datetime import timedelta

import psycopg
import pytest

from hjv_pipelines.cards.feed import feed_entries, feed_reach
from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.published import card_of
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.store.retention.feed import forget_feed, old_entries
from hjv_pipelines_tests.store.told import MORNING, RUN, UNITS, Told, tell

A, B, _ = UNITS
SKANE = "12-skane"
DAY = timedelta(days=1)


@pytest.fixture
def feed(connection: psycopg.Connection) -> psycopg.Connection:
    """Give a feed of three days: A appears, changes and is withdrawn; B appears on the first day."""
    for day, word in enumerate(("one", "two", "hidden")):
        tell(connection, Told(day, {A: (SKANE, word), B: (SKANE, "one")}, (SKANE,)))
        publish_region(connection, SKANE, Policy(), RUN, lambda day=day: MORNING + day * DAY)
    return connection


def positions(connection: psycopg.Connection) -> list[tuple[int, str]]:
    return [(entry.position, entry.hsa_id) for entry in feed_entries(connection, 0, 100, 10**9)]


def test_looking_forgets_nothing(feed: psycopg.Connection) -> None:
    before = positions(feed)
    told = old_entries(feed, MORNING + 2 * DAY)
    assert told.number > 0
    assert positions(feed) == before
    assert feed_reach(feed).forgotten == 0


def test_entries_that_a_newer_old_one_replaced_are_forgotten(feed: psycopg.Connection) -> None:
    before = positions(feed)
    looked = old_entries(feed, MORNING + 2 * DAY)
    assert forget_feed(feed, MORNING + 2 * DAY) == looked
    assert len(positions(feed)) == len(before) - looked.number
    assert {hsa_id for _, hsa_id in positions(feed)} == {A, B}


def test_what_may_be_missing_cannot_be_gone_on_from(feed: psycopg.Connection) -> None:
    told = forget_feed(feed, MORNING + 2 * DAY)
    reach = feed_reach(feed)
    assert reach.forgotten == told.boundary
    assert not reach.goes_on_from(told.boundary - 1)
    assert reach.goes_on_from(told.boundary)


def test_a_withdrawn_card_is_known_to_have_been_there_however_old_it_is(feed: psycopg.Connection) -> None:
    forget_feed(feed, MORNING + 100 * DAY)
    card = card_of(feed, A)
    assert card is not None
    assert card.was_published


def test_forgetting_twice_forgets_nothing_more(feed: psycopg.Connection) -> None:
    forget_feed(feed, MORNING + 2 * DAY)
    assert forget_feed(feed, MORNING + 1 * DAY).number == 0
    assert forget_feed(feed, MORNING + 2 * DAY).number == 0
    assert feed_reach(feed).forgotten > 0
