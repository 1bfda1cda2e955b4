"""The change feed: every change once, in the order of the commits, and a clear word where it cannot go on."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import httpx
import psycopg
import pytest
from jsonschema import validate

from hjv_pipelines.delivery.answers import ChangesPage
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.nation import CLINIC, WITHDRAWN, publish_nation
from hjv_pipelines_tests.delivery.publishers import publish_changes
from hjv_pipelines_tests.replicas import REPLICAS

PROBLEM_JSON = "application/problem+json"


def head_of(delivery: httpx.Client) -> int:
    """Return the position of the feed's newest entry."""
    position: int = delivery.get("/readyz").json()["feed_position"]
    return position


def test_the_changes_come_in_order_without_a_gap(delivery: httpx.Client) -> None:
    told = delivery.get("/v1/changes", params={"after": 0}).json()

    assert [change["position"] for change in told["changes"]] == list(range(1, told["head"] + 1))
    assert told["position"] == told["head"] == head_of(delivery) > 0


def test_an_answer_is_what_openapi_says(delivery: httpx.Client) -> None:
    told = delivery.get("/v1/changes", params={"after": 0}).json()

    validate(told, ChangesPage.model_json_schema())


def test_a_change_holds_the_card_as_it_was_published(delivery: httpx.Client) -> None:
    changes = delivery.get("/v1/changes", params={"after": 0}).json()["changes"]

    newest = [change for change in changes if change["hsa_id"] == CLINIC][-1]
    assert newest["kind"] == "changed"
    assert newest["card"] == delivery.get(f"/v1/cards/{CLINIC}").json()


def test_a_withdrawn_card_is_a_tombstone_with_reason_and_time(delivery: httpx.Client) -> None:
    changes = delivery.get("/v1/changes", params={"after": 0}).json()["changes"]

    tombstone = [change for change in changes if change["hsa_id"] == WITHDRAWN][-1]
    assert (tombstone["kind"], tombstone["reasons"], tombstone["card"]) == ("withdrawn", ["known_to_hsa"], None)
    assert tombstone["at"] == "2026-03-11T10:40:00Z"


def test_pages_of_any_size_tell_the_same(delivery: httpx.Client) -> None:
    """Trap 12: a page's border is a position, never a time."""
    whole = delivery.get("/v1/changes", params={"after": 0}).json()["changes"]
    seen, after = [], 0
    while page := delivery.get("/v1/changes", params={"after": after, "limit": 2}).json()["changes"]:
        seen += page
        after = page[-1]["position"]
    assert seen == whole
    assert all(later["position"] == one["position"] + 1 for one, later in pairwise(seen))


def test_two_publishers_and_two_replicas_tell_one_order(database_url: str) -> None:
    """What was read stays as it was read, whichever replica tells it, and nothing comes before it afterwards."""
    with served(database_url, replicas=2) as delivery, ThreadPoolExecutor() as publishers:
        at_work = [publishers.submit(publish_changes, database_url, seed, 8, 100 * seed) for seed in (1, 2)]
        seen: list[dict[str, object]] = []
        while not (done := all(one.done() for one in at_work)) or len(seen) < head_of(delivery):
            seen += delivery.get("/v1/changes", params={"after": len(seen), "limit": 5}).json()["changes"]
        for one in at_work:
            one.result()
        replicas = [delivery.get("/v1/changes", params={"after": 0}).json()["changes"] for _ in range(2)]

    assert done
    assert [change["position"] for change in seen] == list(range(1, len(seen) + 1))
    assert len(seen) > 20
    assert [seen, seen] == replicas


def test_at_the_end_there_is_nothing_and_the_position_stays(delivery: httpx.Client) -> None:
    head = head_of(delivery)
    told = delivery.get("/v1/changes", params={"after": head}).json()

    assert (told["changes"], told["position"]) == ([], head)


def test_a_position_ahead_of_the_feed_starts_over(delivery: httpx.Client) -> None:
    answer = delivery.get("/v1/changes", params={"after": head_of(delivery) + 1})

    assert (answer.status_code, answer.headers["Content-Type"]) == (410, PROBLEM_JSON)
    assert answer.json()["start_over"] == "/v1/cards"


def test_a_position_of_another_feed_starts_over(delivery: httpx.Client) -> None:
    answer = delivery.get("/v1/changes", params={"after": 1, "feed": "another"})

    assert (answer.status_code, answer.json()["start_over"]) == (410, "/v1/cards")


@pytest.mark.parametrize(
    "asked", [{}, {"after": -1}, {"after": "x"}, {"after": 0, "limit": 0}, {"after": 0, "limit": 10**9}]
)
def test_what_cannot_be_read_is_refused(delivery: httpx.Client, asked: dict[str, object]) -> None:
    answer = delivery.get("/v1/changes", params=asked)

    assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM_JSON)


def test_who_waits_is_woken_by_the_publication(database_url: str) -> None:
    """The wait is far longer than the test's patience with the client: only the publication can end it."""
    with served(database_url) as delivery, ThreadPoolExecutor() as waiting:
        answer = waiting.submit(delivery.get, "/v1/changes", params={"after": 0, "wait": 60}, timeout=20)
        publish_when_waited_for(database_url)
        assert answer.result().json()["changes"]


def publish_when_waited_for(database_url: str) -> None:
    """Publish once the delivery listens and has looked at the feed."""
    with connect(database_url) as watching:
        while not listens(watching):
            pass
    publish_changes(database_url, seed=1, times=1)


def listens(connection: psycopg.Connection) -> bool:
    """Tell whether every replica waits for a ring: it looks at the feed's head once it listens."""
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hjv delivery bell' AND state = 'idle' "
        "AND query LIKE '%feed_head%' AND datname = current_database()"
    ).fetchone()
    return row == (REPLICAS,)


def test_who_waits_in_vain_is_told_that_nothing_happened(database_url: str) -> None:
    with served(database_url) as delivery:
        told = delivery.get("/v1/changes", params={"after": 0, "wait": 0.1}).json()

    assert (told["changes"], told["position"], told["head"]) == ([], 0, 0)


def test_a_wait_survives_the_end_of_the_listening_connection(database_url: str) -> None:
    """Trap 50: the database restarts."""
    publish_nation(database_url)
    with served(database_url) as delivery, connect(database_url) as administrator, ThreadPoolExecutor() as waiting:
        while not listens(administrator):
            pass
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hjv delivery bell'"
        )
        asked = {"after": head_of(delivery), "wait": 60}
        answer = waiting.submit(delivery.get, "/v1/changes", params=asked, timeout=20)
        publish_when_waited_for(database_url)
        assert answer.result().json()["changes"]
