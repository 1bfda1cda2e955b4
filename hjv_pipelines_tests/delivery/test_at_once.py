"""What is answered by heart is what the routes would answer, asks no table, and goes when it changes.

How fast it is stands in `make bench`. Here: that nobody is told anything else than by the long way.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest

from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.store.consumers import add_consumer, revoke_consumer
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.publishers import UNIT_IDS
from hjv_pipelines_tests.replicas import REPLICAS
from hjv_pipelines_tests.store.told import MORNING, REGIONS, RUN, Told, tell
from hjv_pipelines_tests.waiting import until

UNIT, OTHER = UNIT_IDS[:2]
CARD, OTHERS_CARD = f"/v1/cards/{UNIT}", f"/v1/cards/{OTHER}"
FEED = "/v1/changes?after=0"
STREAM = "/v1/cards"


def publish(connection: psycopg.Connection, minute: int, **said: str) -> None:
    """Let the source say `said` (unit → word) at a minute, and publish it."""
    told = {hsa_id: (REGIONS[0], word) for hsa_id, word in said.items()}
    tell(connection, Told(minute, told, asked=tuple(told)))
    publish_region(connection, REGIONS[0], Policy(), RUN, lambda: MORNING)


def withdraw_unheard(connection: psycopg.Connection) -> None:
    """Withdraw the unit's card as a publication does, but for its NOTIFY."""
    with connection.transaction():
        connection.execute("UPDATE hjv.cards SET card_hash = NULL WHERE hsa_id = %s", (UNIT,))
        connection.execute(
            "WITH head AS (UPDATE hjv.feed_head SET position = position + 1 RETURNING position) "
            "INSERT INTO hjv.feed (position, hsa_id, region, kind, reasons, at, publication_id) "
            "SELECT head.position, f.hsa_id, f.region, 'withdrawn', ARRAY['destination'], f.at, f.publication_id "
            "FROM head, hjv.feed f WHERE f.hsa_id = %s",
            (UNIT,),
        )


@pytest.fixture
def delivery(database_url: str, connection: psycopg.Connection) -> Iterator[httpx.Client]:
    """Give a delivery over two cards."""
    publish(connection, 0, **{UNIT: "one", OTHER: "one"})
    with served(database_url) as client:
        yield client


@contextmanager
def out_of_reach(connection: psycopg.Connection) -> Iterator[None]:
    """Take the cards away from every query for a while: what is answered then is known by heart."""
    connection.execute("ALTER TABLE hjv.contents RENAME TO out_of_reach")
    try:
        yield
    finally:
        connection.execute("ALTER TABLE hjv.out_of_reach RENAME TO contents")


def known(delivery: httpx.Client, connection: psycopg.Connection, *paths: str, **headers: str) -> bool:
    """Ask every replica for each path, and tell whether all of them know all of it by heart then."""
    asked = [path for path in paths for _ in range(REPLICAS)]
    for path in asked:
        delivery.get(path, headers=headers)
    with out_of_reach(connection):
        return all(delivery.get(path, headers=headers).is_success for path in asked)


@pytest.mark.parametrize("path", [CARD, FEED])
def test_what_was_asked_for_is_known_by_heart_and_the_same(
    delivery: httpx.Client, connection: psycopg.Connection, path: str
) -> None:
    first = delivery.get(path)
    until(lambda: known(delivery, connection, path))
    again = delivery.get(path)
    assert again.content == first.content
    told = [{name: value for name, value in answer.headers.items() if name != "date"} for answer in (first, again)]
    assert told[0] == told[1]


def test_who_has_a_card_that_is_known_by_heart_is_not_sent_it(
    delivery: httpx.Client, connection: psycopg.Connection
) -> None:
    condition = {"If-None-Match": delivery.get(CARD).headers["ETag"]}
    until(lambda: known(delivery, connection, CARD))
    with out_of_reach(connection):
        answer = delivery.get(CARD, headers=condition)
        assert (answer.status_code, answer.content) == (304, b"")
        assert delivery.head(CARD).headers["ETag"] == condition["If-None-Match"]


def test_a_card_goes_when_it_is_withdrawn_and_the_others_stay(
    delivery: httpx.Client, connection: psycopg.Connection
) -> None:
    until(lambda: known(delivery, connection, CARD, OTHERS_CARD, FEED))
    publish(connection, 1, **{UNIT: "hidden"})
    until(lambda: delivery.get(CARD).status_code == 410)
    until(lambda: known(delivery, connection, OTHERS_CARD))
    assert delivery.get(FEED).json()["changes"][-1]["kind"] == "withdrawn"


def test_who_saw_the_withdrawal_in_the_feed_is_never_given_the_card(
    database_url: str, connection: psycopg.Connection
) -> None:
    """By the replica that told: another one hears of it in its own moment (docs/deployment.md)."""
    publish(connection, 0, **{UNIT: "one", OTHER: "one"})
    with served(database_url, replicas=1) as delivery:
        for minute in range(1, 9, 2):
            until(lambda: known(delivery, connection, CARD))
            after = delivery.get("/v1/changes?after=0").json()["head"]
            publish(connection, minute, **{UNIT: "hidden"})
            # An address that nobody has asked for yet: the feed itself answers.
            assert delivery.get(f"/v1/changes?after={after}&wait=0").json()["changes"]
            assert delivery.get(CARD).status_code == 410
            publish(connection, minute + 1, **{UNIT: "one"})


def test_every_replica_hears_of_a_withdrawal(database_url: str, connection: psycopg.Connection) -> None:
    publish(connection, 0, **{UNIT: "one", OTHER: "one"})
    with served(database_url, replicas=2) as delivery:
        until(lambda: known(delivery, connection, CARD, CARD))
        publish(connection, 1, **{UNIT: "hidden"})
        until(lambda: {delivery.get(CARD).status_code for _ in range(2)} == {410})


def test_a_withdrawal_that_the_delivery_never_hears_of_is_seen_all_the_same(
    delivery: httpx.Client, connection: psycopg.Connection
) -> None:
    until(lambda: known(delivery, connection, CARD))
    withdraw_unheard(connection)
    until(lambda: delivery.get(CARD).status_code == 410)


@pytest.mark.parametrize("path", ["/v1/changes?after=2", "/v1/cards?limit=1", STREAM])
def test_who_was_told_of_a_withdrawal_that_nobody_heard_of_is_not_given_the_card(
    database_url: str, connection: psycopg.Connection, path: str
) -> None:
    publish(connection, 0, **{UNIT: "one", OTHER: "one"})
    with served(database_url, replicas=1) as delivery:
        until(lambda: known(delivery, connection, CARD))
        withdraw_unheard(connection)
        told = delivery.get(path, headers={"Accept": "application/x-ndjson"} if path == STREAM else {})
        assert told.is_success
        assert delivery.get(CARD).status_code == 410


def test_without_a_line_to_the_database_nothing_is_given_by_heart_for_long(
    delivery: httpx.Client, connection: psycopg.Connection
) -> None:
    """Closes trap 50 for what is known by heart: a line that is lost is mended, and nothing stale given meanwhile."""
    until(lambda: known(delivery, connection, CARD))
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hjv delivery bell'"
    )

    def nothing_is_known() -> bool:
        with out_of_reach(connection):
            return delivery.get(CARD).status_code == 503

    until(nothing_is_known)
    until(lambda: known(delivery, connection, CARD))


def test_an_encoding_that_is_asked_for_twice_is_not_learnt_for_others(
    delivery: httpx.Client, connection: psycopg.Connection
) -> None:
    until(lambda: known(delivery, connection, CARD))
    contradictory = [("Accept-Encoding", "zstd"), ("Accept-Encoding", "gzip"), ("Accept", "*/*")]
    for _ in range(2):
        assert delivery.get(FEED, headers=contradictory).headers["Content-Encoding"] == "zstd"
    assert delivery.get(FEED, headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"


def test_where_a_token_is_needed_it_is_needed_for_what_is_known_too(
    database_url: str, connection: psycopg.Connection
) -> None:
    publish(connection, 0, **{UNIT: "one"})
    token = add_consumer(connection, "1177-web", MORNING)
    with served(database_url, delivery_tokens="everything") as delivery:
        shown = {"Authorization": f"Bearer {token}"}
        until(lambda: known(delivery, connection, CARD, **shown))
        assert delivery.get(CARD).status_code == 401
        assert delivery.get(CARD, headers={"Authorization": "Bearer hjv_wrong"}).status_code == 401
        revoke_consumer(connection, "1177-web", MORNING)
        until(lambda: delivery.get(CARD, headers=shown).status_code == 401)


def test_what_is_known_by_heart_counts_too(database_url: str, connection: psycopg.Connection) -> None:
    publish(connection, 0, **{UNIT: "one"})
    with served(database_url, replicas=1, delivery_requests_per_minute=40) as delivery:
        answers = [delivery.get(CARD).status_code for _ in range(41)]
    assert answers == [200] * 40 + [429]
