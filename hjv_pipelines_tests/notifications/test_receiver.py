"""The receiver answers 202 when a notification is committed, and says why when it is not (traps 3, 47 and 49)."""

import json
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from hjv_pipelines.notifications import receiver as receiving
from hjv_pipelines.notifications.signature import HEADER, signed
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.inbox.selection import Selection, chosen_hints
from hjv_pipelines_tests.notifications.conftest import NOW, SECRETS, post, served, settings_of

A, B = "SE2321000016-A", "SE2321000016-B"
NOBODY_LISTENS = "postgresql://nobody@127.0.0.1:1/nothing"


def body(notification_id: str = "n1", hsa_ids: tuple[str, ...] = (A, B), **changed: object) -> bytes:
    told = {"id": notification_id, "hsaIds": hsa_ids, "occurredAt": "2026-11-23T11:44:58+01:00"}
    return json.dumps({**told, **changed}).encode()


def test_a_notification_is_in_the_inbox_when_it_is_answered(
    receiver: httpx.Client, connection: psycopg.Connection
) -> None:
    answer = post(receiver, body(hsa_ids=(f" {A.lower()} ", B)))

    assert answer.status_code == 202
    assert answer.json() == {
        "id": "n1",
        "hints": 2,
        "committedAt": "2026-11-23T10:45:00+00:00",
        "duplicate": False,
        "unknownHsaIds": [A, B],
    }
    assert {hint.hsa_id for hint in chosen_hints(connection, Selection(), 10)} == {A, B}


def test_each_source_has_its_own_secret_and_its_own_ids(receiver: httpx.Client) -> None:
    assert [post(receiver, body(), source=source).status_code for source in SECRETS] == [202, 202, 202]
    forged = signed(SECRETS["kka"], body("n2"), NOW)
    assert post(receiver, body("n2"), **{HEADER: forged}).status_code == 401


def test_the_same_notification_again_is_accepted_and_gives_no_hints(receiver: httpx.Client) -> None:
    """Trap 3, and a replay within the window (trap 49)."""
    first, again = post(receiver, body()).json(), post(receiver, body()).json()
    assert (first["hints"], again["hints"], again["duplicate"]) == (2, 0, True)


def test_the_same_notification_many_times_at_once_gives_its_hints_once(
    receiver: httpx.Client, connection: psycopg.Connection
) -> None:
    with ThreadPoolExecutor(16) as senders:
        answers = list(senders.map(lambda _: post(receiver, body()), range(48)))
    assert {answer.status_code for answer in answers} == {202}
    assert sum(answer.json()["hints"] for answer in answers) == 2
    assert len(chosen_hints(connection, Selection(), 10)) == 2


def test_an_id_that_stands_for_something_else_is_a_conflict(receiver: httpx.Client) -> None:
    post(receiver, body())
    refused(post(receiver, body(hsa_ids=(A,))), 409, "n1 stands for another notification")


@pytest.mark.parametrize("late", [-301, 301])
def test_a_stale_notification_is_refused(receiver: httpx.Client, late: int) -> None:
    stale = signed(SECRETS["hsa"], body(), NOW + timedelta(seconds=late))
    refused(post(receiver, body(), **{HEADER: stale}), 401, "more than 300 seconds")


def test_a_forged_notification_is_refused_and_told_how_to_sign(
    receiver: httpx.Client, connection: psycopg.Connection
) -> None:
    answer = post(receiver, body(), **{HEADER: signed("guessed", body(), NOW)})
    refused(answer, 401, "not that of this body")
    assert answer.headers["WWW-Authenticate"] == HEADER
    refused(receiver.post("/v1/notifications/hsa", json={}), 401, "is missing")
    assert connection.execute("SELECT count(*) FROM hjv.notifications").fetchone() == (0,)


def test_another_source_another_method_and_another_type_are_refused(receiver: httpx.Client) -> None:
    refused(post(receiver, body(), source="listing"), 404, "hsa, kka, vaccinera")
    refused(receiver.get("/v1/notifications/hsa"), 405, "Method Not Allowed")
    refused(post(receiver, body(), **{"Content-Type": "text/xml"}), 415, "application/json")


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        (b"{", 400, "no JSON"),
        (b"\xff", 400, "no JSON"),
        (b"[]", 422, "body: "),
        (b"{}", 422, "hsaIds: Field required"),
        (body(hsa_ids=(A, "nonsense", "SE1")), 422, "'nonsense', 'SE1'"),
        (body(hsa_ids=(A,) * 1001), 422, "at most 1000"),
        (body(hsaIds=A), 422, "hsaIds: "),
        (body(notification_id="n\x00"), 422, "id: "),
        (body(notification_id=""), 422, "id: "),
        (body(occurredAt="2026-11-23T11:44:58"), 422, "occurredAt: "),
        (body(occurredAt="yesterday"), 422, "occurredAt: "),
    ],
)
def test_what_is_no_notification_is_refused_in_words(
    receiver: httpx.Client, wrong: bytes, status: int, sentence: str
) -> None:
    refused(post(receiver, wrong), status, sentence)


@pytest.mark.parametrize("units", [0, 1000])
def test_a_notification_may_name_nobody_or_a_thousand(receiver: httpx.Client, units: int) -> None:
    hsa_ids = tuple(f"SE2321000016-{number}" for number in range(units))
    assert post(receiver, body(hsa_ids=hsa_ids)).json()["hints"] == units


def test_a_body_that_says_it_is_too_large_is_refused(receiver: httpx.Client) -> None:
    refused(post(receiver, b" " * (256 * 1024 + 1)), 413, "262144 bytes")


def test_a_body_without_end_is_refused_while_it_comes(receiver: httpx.Client) -> None:
    head = b"POST /v1/notifications/hsa HTTP/1.1\r\nHost: hjv\r\nContent-Type: application/json\r\n"
    with raw(receiver) as endless:
        endless.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(257):  # kilobytes; the last chunk, which would end it, never comes
            endless.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")
        assert endless.recv(1000).startswith(b"HTTP/1.1 413")


def test_a_body_that_drips_is_given_up(receiver: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "PATIENCE_SECONDS", 0.2)
    head = b"POST /v1/notifications/hsa HTTP/1.1\r\nHost: hjv\r\nContent-Type: application/json\r\n"
    with raw(receiver) as slow:
        slow.sendall(head + b"Content-Length: 100\r\n\r\n{")
        assert slow.recv(1000).startswith(b"HTTP/1.1 408")


def test_a_source_without_a_secret_is_not_believed_whatever_it_signs_with(database_url: str, tmp_path: Path) -> None:
    settings = settings_of(database_url, tmp_path, sources="live", notification_secret_hsa="")
    with served(settings) as receiver:
        unsigned = post(receiver, body(), **{HEADER: signed("", body(), NOW)})
        refused(unsigned, 503, "not configured")
        assert post(receiver, body(), source="kka").status_code == 202


def test_without_a_database_nothing_is_promised(tmp_path: Path) -> None:
    with served(settings_of(NOBODY_LISTENS, tmp_path)) as receiver:
        answer = post(receiver, body())
        refused(answer, 503, "Send it again")
        assert int(answer.headers["Retry-After"]) > 0
        assert (receiver.get("/healthz").status_code, receiver.get("/readyz").status_code) == (200, 503)


def test_a_database_that_lost_its_connections_is_found_again(receiver: httpx.Client, database_url: str) -> None:
    """Trap 50, for the receiver."""
    assert receiver.get("/readyz").json() == {"status": "ready"}
    with connect(database_url) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hjv receiver'"
        )
    assert post(receiver, body()).status_code == 202


def test_neither_a_secret_nor_a_body_is_ever_logged(receiver: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="hjv_pipelines")
    caplog.set_level(logging.DEBUG, logger="uvicorn")
    post(receiver, body())
    post(receiver, body(), **{HEADER: "t=1,v1=00"})
    assert SECRETS["hsa"] not in caplog.text
    assert A not in caplog.text


def test_every_answer_is_safe_to_look_at(receiver: httpx.Client) -> None:
    for answer in (post(receiver, body()), post(receiver, b"{"), receiver.get("/healthz"), receiver.get("/nothing")):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def raw(receiver: httpx.Client) -> socket.socket:
    """Return a connection to say half of something on."""
    return socket.create_connection((receiver.base_url.host, receiver.base_url.port or 0), timeout=30)


def refused(answer: httpx.Response, status: int, sentence: str) -> None:
    """Promise a problem that says why."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert sentence in answer.json()["detail"]
