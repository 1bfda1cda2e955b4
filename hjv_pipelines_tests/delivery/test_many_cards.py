"""All cards, in pages or in one stream: the same cards, and the position from which the feed goes on."""

import gzip

import httpx
import orjson
import psycopg
import pytest
import zstandard
from jsonschema import validate

from hjv_pipelines.canonical import canonical_json, content_hash
from hjv_pipelines.delivery.answers import CardEntry, CardsPage, StreamEnd, StreamHead
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.nation import CLINIC, HOSTILE, NEIGHBOUR
from hjv_pipelines_tests.delivery.publishers import publish_changes

NDJSON = {"Accept": "application/x-ndjson"}
ALL = [NEIGHBOUR, CLINIC, HOSTILE]


def test_the_stream_holds_every_card_between_its_head_and_its_end(delivery: httpx.Client) -> None:
    answer = delivery.get("/v1/cards", headers=NDJSON)
    head, *cards, end = map(orjson.loads, answer.content.splitlines())

    assert answer.headers["Content-Type"].startswith("application/x-ndjson")
    assert (head["position"], head["region"]) == (delivery.get("/readyz").json()["feed_position"], None)
    assert [card["hsa_id"] for card in cards] == ALL
    assert end == {"complete": True, "cards": 3}
    validate(head, StreamHead.model_json_schema())
    validate(end, StreamEnd.model_json_schema())
    for card in cards:
        validate(card, CardEntry.model_json_schema())


def test_the_hash_names_the_cards_canonical_json(delivery: httpx.Client) -> None:
    for card in delivery.get("/v1/cards").json()["cards"]:
        assert content_hash(canonical_json(card["card"])) == card["content_hash"]
        assert delivery.get(f"/v1/cards/{card['hsa_id']}").headers["ETag"] == f'"{card["content_hash"]}"'


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_of_any_size_hold_every_card_once(delivery: httpx.Client, limit: int) -> None:
    """Trap 40: a list is never cut short unsaid."""
    seen: list[str] = []
    following: str | None = f"/v1/cards?limit={limit}"
    while following:
        page = delivery.get(following).json()
        validate(page, CardsPage.model_json_schema())
        seen += [card["hsa_id"] for card in page["cards"]]
        following = page["next"]
    assert seen == ALL


@pytest.mark.parametrize(("region", "number"), [("01", 3), ("01-stockholm", 3), ("12", 0)])
def test_a_region_is_asked_for_by_its_county_code_or_its_key(delivery: httpx.Client, region: str, number: int) -> None:
    assert len(delivery.get("/v1/cards", params={"region": region}).json()["cards"]) == number
    lines = delivery.get("/v1/cards", params={"region": region}, headers=NDJSON).content.splitlines()
    assert len(lines) == number + 2


@pytest.mark.parametrize("asked", [{"region": "99"}, {"limit": "0"}, {"limit": "5000"}, {"cursor": "%00"}])
def test_what_cannot_be_answered_is_refused(delivery: httpx.Client, asked: dict[str, str]) -> None:
    answer = delivery.get("/v1/cards", params=asked)

    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("accept", ["application/x-ndjson", "application/json"])
def test_an_answer_is_made_smaller_for_who_can_read_it_so(delivery: httpx.Client, accept: str) -> None:
    plain, zipped, smallest = (
        raw(delivery, {"Accept": accept, "Accept-Encoding": encoding})
        for encoding in ("identity", "gzip", "gzip, zstd")
    )
    assert gzip.decompress(zipped) == plain
    assert zstandard.ZstdDecompressor().decompressobj().decompress(smallest) == plain


def raw(delivery: httpx.Client, headers: dict[str, str]) -> bytes:
    with delivery.stream("GET", "/v1/cards", headers=headers) as answer:
        return b"".join(answer.iter_raw())


def test_consumers_that_stop_reading_take_nothing_from_the_others(
    database_url: str, connection: psycopg.Connection
) -> None:
    publish_changes(database_url, seed=1, times=3)
    with served(database_url) as delivery:
        for _ in range(6):
            with delivery.stream("GET", "/v1/cards", headers=NDJSON) as answer:
                next(answer.iter_raw(), None)
        assert delivery.get("/v1/cards", headers=NDJSON).status_code == 200
        while idle_views(connection):  # they go back once the asker is known to be gone
            pass


def idle_views(connection: psycopg.Connection) -> int:
    """Return how many views of the store are held open by streams."""
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hjv delivery streams' "
        "AND datname = current_database() AND state LIKE 'idle in transaction%'"
    ).fetchone()
    assert row is not None
    return int(row[0])
