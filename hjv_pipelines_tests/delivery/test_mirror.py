"""A copy that begins with the stream and follows the feed is the store, byte for byte, whatever dies on the way."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import httpx
import psycopg
import pytest

from hjv_pipelines.delivery.client import DeliveryClient, StartOverError
from hjv_pipelines.delivery.mirror import Mirror
from hjv_pipelines.failures import TransientError
from hjv_pipelines.store.retention.feed import forget_feed
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.consumers import follow
from hjv_pipelines_tests.delivery.publishers import publish_changes, published

SKANE = "12-skane"
CONSUMERS = 6


@pytest.fixture
def address(database_url: str) -> Iterator[str]:
    """Give the address of the delivery over a database in which nothing is published yet."""
    with served(database_url) as delivery:
        yield str(delivery.base_url)


def test_a_copy_begins_with_all_cards_and_follows_the_feed(address: str, database_url: str, tmp_path: Path) -> None:
    publish_changes(database_url, seed=1, times=3)
    with Mirror(tmp_path / "copy", DeliveryClient(address)) as mirror:
        mirror.catch_up()
        assert mirror.bodies == published(database_url) != {}
        publish_changes(database_url, seed=2, times=3, first_minute=3)
        assert mirror.catch_up() > 0
        assert mirror.bodies == published(database_url)
        assert mirror.catch_up() == 0


def test_consumers_that_die_anywhere_end_with_exactly_the_published_cards(
    address: str, database_url: str, tmp_path: Path
) -> None:
    """Traps 12 and 13: many changes of one moment, and transactions that commit late."""
    for pause in range(3):
        with ThreadPoolExecutor(CONSUMERS + 3) as workers:
            publishing = [
                workers.submit(publish_changes, database_url, 10 * pause + one, 8, 100 * pause) for one in range(3)
            ]
            copies = [tmp_path / f"copy {number}" for number in range(CONSUMERS)]
            following = [
                workers.submit(follow, address, copy, Random(number), partial(all_done, publishing))
                for number, copy in enumerate(copies)
            ]
            for done in (*publishing, *following):
                done.result()
        for copy in copies:
            with Mirror(copy, DeliveryClient(address)) as mirror:
                assert mirror.bodies == published(database_url) != {}


def all_done(publishing: list[Future[None]]) -> bool:
    return all(one.done() for one in publishing)


def test_a_copy_of_one_region_loses_a_unit_that_moves_away(address: str, database_url: str, tmp_path: Path) -> None:
    """Trap 5, for consumers."""
    publish_changes(database_url, seed=1, times=3)
    with Mirror(tmp_path / "copy", DeliveryClient(address), SKANE) as mirror:
        mirror.catch_up()
        publish_changes(database_url, seed=5, times=10, first_minute=3)
        mirror.catch_up()
        assert mirror.bodies == published(database_url, SKANE) != {}


def test_a_stream_that_breaks_off_is_no_copy(address: str, database_url: str) -> None:
    publish_changes(database_url, seed=1, times=3)
    http = httpx.Client(transport=BrokenOffTransport())
    with (
        DeliveryClient(address, http=http) as delivery,
        delivery.all_cards() as cards,
        pytest.raises(TransientError, match="broke off"),
    ):
        list(cards)


class BrokenOffTransport(httpx.HTTPTransport):
    """A wire that loses the stream's last line, and says nothing of it."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        del request.headers["Accept-Encoding"]
        response = super().handle_request(request)
        whole = b"".join(response.stream).splitlines(keepends=True)
        return httpx.Response(200, content=b"".join(whole[:-1]))


def test_a_copy_that_the_feed_has_forgotten_starts_over(
    address: str, database_url: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    publish_changes(database_url, seed=1, times=3)
    with DeliveryClient(address) as delivery, Mirror(tmp_path / "copy", delivery) as mirror:
        mirror.catch_up()
        place = mirror.place
        assert place is not None
        publish_changes(database_url, seed=2, times=3, first_minute=3)
        forget_feed(connection, datetime.now(UTC) + timedelta(days=1))
        with pytest.raises(StartOverError, match="forgotten"):
            delivery.changes_after(*place)
        mirror.catch_up()
        assert mirror.bodies == published(database_url)


def test_a_copy_of_another_database_starts_over(
    address: str, database_url: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    publish_changes(database_url, seed=1, times=3)
    with Mirror(tmp_path / "copy", DeliveryClient(address)) as mirror:
        mirror.catch_up()
        connection.execute("UPDATE hjv.feed_head SET feed_id = gen_random_uuid()")
        publish_changes(database_url, seed=2, times=3, first_minute=3)
        mirror.catch_up()
        assert mirror.bodies == published(database_url)
