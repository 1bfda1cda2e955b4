"""Whatever goes wrong, programs get a problem that they can read, people a page, and nobody a stack trace."""

import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.nation import CLINIC, publish_nation

NOBODY_LISTENS = "postgresql://nobody@127.0.0.1:1/nothing"


def test_an_unknown_path_of_the_api_is_a_problem(delivery: httpx.Client) -> None:
    answer = delivery.get("/v1/nothing")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["instance"] == "/v1/nothing"


def test_another_unknown_path_is_a_page(delivery: httpx.Client) -> None:
    answer = delivery.get("/nagot/annat")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "Sidan finns inte" in answer.text


def test_nothing_can_be_written(delivery: httpx.Client) -> None:
    answer = delivery.delete(f"/v1/cards/{CLINIC}")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_question_that_is_too_long_is_refused(delivery: httpx.Client) -> None:
    assert delivery.get("/cards", params={"q": "a" * 1000}).status_code == 422


@pytest.mark.parametrize("path", ["/", f"/cards/{CLINIC}", f"/v1/cards/{CLINIC}", "/healthz", "/nagot", "/docs"])
def test_every_answer_protects_its_reader(delivery: httpx.Client, path: str) -> None:
    headers = delivery.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_delivery_lives_and_is_ready(delivery: httpx.Client) -> None:
    assert delivery.get("/healthz").json() == {"status": "alive"}
    head = delivery.get("/v1/changes", params={"after": 0}).json()["head"]
    assert delivery.get("/readyz").json() == {"status": "ready", "feed_position": head}


def test_without_a_database_it_lives_but_is_not_ready() -> None:
    with served(NOBODY_LISTENS) as delivery, ThreadPoolExecutor() as at_once:
        paths = ("/healthz", "/readyz", f"/v1/cards/{CLINIC}", f"/cards/{CLINIC}")
        alive, ready, card, page = at_once.map(delivery.get, paths)

    assert alive.status_code == 200
    assert [answer.status_code for answer in (ready, card, page)] == [503, 503, 503]
    assert card.headers["Content-Type"] == "application/problem+json"
    assert int(card.headers["Retry-After"]) > 0
    assert "Korten kan inte visas just nu" in page.text


def test_a_database_without_tables_is_not_ready(database_server: str) -> None:
    with served(database_server) as delivery:
        assert delivery.get("/readyz").status_code == 503


def test_a_database_that_lost_its_connections_is_found_again(database_url: str) -> None:
    """Closes trap 50 for the delivery."""
    with served(database_url) as delivery, connect(database_url) as administrator:
        delivery.get("/readyz")
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hjv delivery'"
        )

        assert delivery.get("/readyz").status_code == 200


def test_a_failure_of_our_own_shows_no_more_than_that(database_url: str) -> None:
    publish_nation(database_url)
    with served(database_url) as delivery, connect(database_url) as vandal:
        vandal.execute("UPDATE hjv.contents SET body = '{\"secret\": 1}'")
        answer = delivery.get(f"/cards/{CLINIC}")

    assert answer.status_code == 500
    assert "Något gick fel" in answer.text
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_docs_need_no_script(delivery: httpx.Client) -> None:
    page = delivery.get("/docs").text

    assert "<script" not in page
    assert "GET /v1/cards/{hsa_id}/explain" in page
    assert "contact.telephones.e164" in page


def test_the_docs_are_written_for_readers(delivery: httpx.Client) -> None:
    page = " ".join(delivery.get("/docs").text.split())

    assert "from which <code>/v1/changes</code> goes on without a gap." in page
    assert "`" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/....//app.py",
        "/static//etc/passwd",
    ],
)
def test_no_file_beside_the_static_ones_is_served(delivery: httpx.Client, path: str) -> None:
    """The path goes out as it is written: a client that tidies it would prove nothing."""
    with socket.create_connection((delivery.base_url.host, delivery.base_url.port or 80), timeout=30) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"import " not in answer
    assert b"root:" not in answer
