"""What lies behind a card is told to those who have a token; what is on it, to everybody, though not without bound.

Whichever of two replicas is asked: a token that is revoked is refused by both at their next request.
"""

from collections.abc import Iterator

import httpx
import psycopg
import pytest

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.store.consumers import add_consumer, list_consumers, revoke_consumer
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.nation import CLINIC, NOW, publish_nation

INNER = (
    f"/v1/cards/{CLINIC}/explain",
    f"/v1/cards/{CLINIC}/history",
    f"/v1/cards/{CLINIC}?at={NOW.isoformat().replace('+', '%2B')}",
    "/v1/kka/units",
    "/v1/findings",
)
OUTER = (f"/v1/cards/{CLINIC}", f"/v1/cards/{CLINIC}/sources", "/v1/cards", "/v1/changes?after=0")
PAGES = ("/", f"/cards/{CLINIC}", "/healthz", "/readyz", "/docs")


@pytest.fixture
def nation(database_url: str) -> str:
    """Give a database with the small nation."""
    publish_nation(database_url)
    return database_url


@pytest.fixture
def token(nation: str, connection: psycopg.Connection) -> str:
    """Give a consumer's token."""
    return add_consumer(connection, "1177-web", NOW)


def statuses(delivery: httpx.Client, paths: tuple[str, ...], token: str | None = None) -> set[int]:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return {delivery.get(path, headers=headers).status_code for path in paths}


def test_on_loopback_everything_is_open_until_there_is_a_consumer(nation: str, connection: psycopg.Connection) -> None:
    with served(nation, replicas=2) as delivery:
        assert statuses(delivery, INNER) == {200}
        add_consumer(connection, "1177-web", NOW)
        assert statuses(delivery, INNER) == {401}
        assert statuses(delivery, OUTER + PAGES) == {200}


def test_beyond_loopback_what_lies_behind_a_card_is_closed_from_the_start(nation: str) -> None:
    with served(nation, replicas=2, host="192.0.2.1") as delivery:
        assert statuses(delivery, INNER) == {401}
        assert statuses(delivery, OUTER + PAGES) == {200}


def test_who_comes_through_a_proxy_of_this_machine_comes_from_outside(nation: str) -> None:
    with served(nation, replicas=2) as delivery:
        answer = delivery.get(INNER[0], headers={"X-Forwarded-For": "203.0.113.7"})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("setting", "outer", "inner"), [("nothing", 200, 200), ("inner", 200, 401), ("everything", 401, 401)]
)
def test_the_setting_says_what_needs_a_token(nation: str, setting: str, outer: int, inner: int) -> None:
    with served(nation, replicas=2, delivery_tokens=setting) as delivery:
        assert (statuses(delivery, OUTER), statuses(delivery, INNER)) == ({outer}, {inner})
        assert statuses(delivery, PAGES) == {200}


def test_a_token_opens_everything(nation: str, token: str) -> None:
    with served(nation, replicas=2, delivery_tokens="everything") as delivery:
        assert statuses(delivery, OUTER + INNER, token) == {200}


@pytest.mark.parametrize("wrong", ["hjv_wrong", "x" * 5000])
def test_a_wrong_token_is_told_of_even_where_none_is_needed(nation: str, token: str, wrong: str) -> None:
    with served(nation, replicas=2, delivery_tokens="nothing") as delivery:
        assert statuses(delivery, OUTER + INNER, wrong) == {401}


def test_a_revoked_token_is_good_no_more(nation: str, token: str, connection: psycopg.Connection) -> None:
    with served(nation, replicas=2) as delivery:
        assert statuses(delivery, INNER, token) == {200}
        revoke_consumer(connection, "1177-web", NOW)
        assert statuses(delivery, INNER, token) == {401}


def test_a_refusal_says_how_to_ask(nation: str) -> None:
    with served(nation, replicas=2, delivery_tokens="inner") as delivery:
        answer = delivery.get(INNER[0])
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Authorization: Bearer" in answer.json()["detail"]


def test_the_token_itself_is_not_kept(token: str, connection: psycopg.Connection) -> None:
    kept = str(connection.execute("SELECT * FROM hjv.consumers").fetchall())
    assert "1177-web" in kept
    assert token not in kept


def test_a_name_is_never_given_twice(token: str, connection: psycopg.Connection) -> None:
    revoke_consumer(connection, "1177-web", NOW)
    with pytest.raises(PermanentError, match="another name"):
        add_consumer(connection, "1177-web", NOW)
    with pytest.raises(PermanentError, match="No consumer"):
        revoke_consumer(connection, "1177-web", NOW)
    (known,) = list_consumers(connection)
    assert (known.name, known.added_at, known.revoked_at) == ("1177-web", NOW, NOW)


@pytest.fixture
def bounded(nation: str) -> Iterator[httpx.Client]:
    """Give a delivery of one replica that answers three requests a minute."""
    with served(nation, replicas=1, delivery_requests_per_minute=3) as delivery:
        yield delivery


def test_who_asks_too_often_is_told_when_to_ask_again(bounded: httpx.Client) -> None:
    answers = [bounded.get(f"/v1/cards/{CLINIC}") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Content-Type"] == "application/problem+json"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert bounded.get("/healthz").status_code == 200


def test_each_replica_counts_for_itself(nation: str) -> None:
    """So docs/deployment.md says: the bound is divided by the number of replicas."""
    with served(nation, replicas=2, delivery_requests_per_minute=3) as delivery:
        answers = [delivery.get(f"/v1/cards/{CLINIC}").status_code for _ in range(8)]
    assert answers == [200] * 6 + [429] * 2


def test_a_consumer_has_a_bound_of_its_own(bounded: httpx.Client, token: str) -> None:
    assert statuses(bounded, OUTER[:3]) == {200}
    assert statuses(bounded, OUTER[:3], token) == {200}


def test_guessing_tokens_is_bounded_too(bounded: httpx.Client) -> None:
    answers = [
        bounded.get(OUTER[0], headers={"Authorization": f"Bearer guess{number}"}).status_code for number in range(4)
    ]
    assert answers == [401, 401, 401, 429]
