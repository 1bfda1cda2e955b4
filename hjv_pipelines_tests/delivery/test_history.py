"""What a card was before can be asked for: at a time, and version by version with every field that differs."""

from datetime import timedelta

import httpx
import psycopg
import pytest

from hjv_pipelines.store.retention.feed import forget_feed
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.nation import CLINIC, NOW, UNMARKED, WITHDRAWN, publish_nation

YESTERDAY_NOON = (NOW - timedelta(hours=20)).isoformat()
BEFORE_ANYTHING = (NOW - timedelta(days=10)).isoformat()


def test_the_newest_version_comes_first_and_tells_what_differs(delivery: httpx.Client) -> None:
    newest, first = delivery.get(f"/v1/cards/{CLINIC}/history").json()["versions"]

    assert (newest["kind"], first["kind"]) == ("changed", "appeared")
    assert newest["at"] == "2026-03-11T10:40:00Z"
    told = {difference["path"]: difference for difference in newest["differences"]}
    assert "eservices" in told
    listing = told["listing"]
    assert (listing["before"], listing["after"]) == (None, {"queue": True, "types": ["BVC", "HLM"]})
    assert listing["sources"] == ["listing"]
    assert "header.name" not in told
    assert newest["run_id"] == "run-of-the-day"


def test_a_withdrawal_is_a_version_with_its_reasons(delivery: httpx.Client) -> None:
    newest, _ = delivery.get(f"/v1/cards/{WITHDRAWN}/history").json()["versions"]

    assert (newest["kind"], newest["reasons"], newest["content_hash"]) == ("withdrawn", ["known_to_hsa"], None)


def test_versions_come_in_pages_that_tell_the_same(delivery: httpx.Client) -> None:
    whole = delivery.get(f"/v1/cards/{CLINIC}/history").json()
    first = delivery.get(f"/v1/cards/{CLINIC}/history", params={"limit": 1}).json()
    second = delivery.get(f"/v1/cards/{CLINIC}/history", params={"limit": 1, "before": first["next"]}).json()

    assert [*first["versions"], *second["versions"]] == whole["versions"]
    assert (whole["next"], second["next"]) == (None, None)


def test_a_unit_that_never_had_a_card_has_no_history(delivery: httpx.Client) -> None:
    answer = delivery.get(f"/v1/cards/{UNMARKED}/history")

    assert (answer.status_code, answer.json()["explain"]) == (404, f"/v1/cards/{UNMARKED}/explain")


def test_a_card_is_told_as_it_was_at_a_time(delivery: httpx.Client) -> None:
    now = delivery.get(f"/v1/cards/{CLINIC}").json()
    yesterday = delivery.get(f"/v1/cards/{CLINIC}", params={"at": YESTERDAY_NOON})

    assert "listing" in now
    assert "listing" not in yesterday.json()
    history = delivery.get(f"/v1/cards/{CLINIC}/history").json()["versions"]
    assert yesterday.headers["ETag"] == f'"{history[1]["content_hash"]}"'


def test_a_card_that_is_withdrawn_now_was_there_then(delivery: httpx.Client) -> None:
    assert delivery.get(f"/v1/cards/{WITHDRAWN}", params={"at": YESTERDAY_NOON}).status_code == 200
    gone = delivery.get(f"/v1/cards/{WITHDRAWN}", params={"at": NOW.isoformat()})
    assert (gone.status_code, gone.json()["reasons"]) == (410, ["known_to_hsa"])


def test_before_its_first_version_there_was_no_card(delivery: httpx.Client) -> None:
    answer = delivery.get(f"/v1/cards/{CLINIC}", params={"at": BEFORE_ANYTHING})

    assert (answer.status_code, answer.json()["detail"]) == (404, "The unit had no card yet.")


def test_what_is_forgotten_is_not_said_never_to_have_been(database_url: str, connection: psycopg.Connection) -> None:
    publish_nation(database_url)
    forget_feed(connection, NOW + timedelta(days=1))
    with served(database_url) as delivery:
        forgotten = delivery.get(f"/v1/cards/{CLINIC}", params={"at": YESTERDAY_NOON})
        assert (forgotten.status_code, "not known any more" in forgotten.json()["detail"]) == (404, True)
        assert delivery.get(f"/v1/cards/{CLINIC}", params={"at": NOW.isoformat()}).status_code == 200
        assert delivery.get(f"/v1/cards/{WITHDRAWN}").status_code == 410


@pytest.mark.parametrize("moment", ["yesterday", "2026-03-10T12:00:00", "2026-13-10T12:00:00Z"])
def test_a_time_is_a_time_with_its_zone(delivery: httpx.Client, moment: str) -> None:
    assert delivery.get(f"/v1/cards/{CLINIC}", params={"at": moment}).status_code == 422
