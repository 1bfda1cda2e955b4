"""The promise: an answer in JSON is whole, or a failure that says whether to try again.

Traps 7, 42, 43, 45 and 46.
"""

from collections.abc import Iterator
from contextlib import nullcontext

import httpx
import pytest

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.settings import Settings
from hjv_pipelines.transport.http import AnswerTooLargeError, Bounds, client
from hjv_pipelines.transport.json import get_json, read_json
from hjv_pipelines.transport.xml import UnreadableError
from hjv_pipelines_tests.wire import Drip, Hang, Reply, Reset, Script, Server, serving


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with client(Settings(), timeouts=httpx.Timeout(0.5)) as opened:
        yield opened


def get(http: httpx.Client, server: Server) -> object:
    return get_json(http, f"{server.url}/results?key=secret", "The list", bounds=Bounds(10_000, seconds=0.3))


def test_an_answer_is_read_as_it_stands(http: httpx.Client) -> None:
    with serving(Reply('{"namn": "Åsö", "andel": 0.87, "antal": null}'.encode())) as server:
        assert get(http, server) == {"namn": "Åsö", "andel": 0.87, "antal": None}
    assert server.requests[0].headers["Accept"] == "application/json"


def test_a_query_is_part_of_the_question(http: httpx.Client) -> None:
    with serving(Reply(b"[]")) as server:
        get_json(http, server.url, "The list", query={"unit": "SE1-Å"})
    assert server.requests[0].path == "/?unit=SE1-%C3%85"


@pytest.mark.parametrize("content", [b"", b"<html/>", b'{"half": [1, 2', b"\xff\xfe", b'{"share": NaN}'])
def test_what_is_no_json_is_a_failure_that_may_pass(content: bytes, http: httpx.Client, waits: list[float]) -> None:
    with serving(Reply(content)) as server, pytest.raises(TransientError):
        get(http, server)
    assert len(server.requests) == 4


@pytest.mark.parametrize("script", [Hang(), Reset(), Drip(), Reply(status=500), Reply(status=503), Reply(status=429)])
def test_an_outage_is_a_failure_that_may_pass(script: Script, http: httpx.Client, waits: list[float]) -> None:
    with serving(script, Reply(b"[]")) as server:
        assert get(http, server) == []


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404])
def test_what_stays_is_asked_for_once(status: int, http: httpx.Client) -> None:
    with serving(Reply(status=status)) as server, pytest.raises(PermanentError, match=str(status)):
        get(http, server)
    assert len(server.requests) == 1


def test_an_answer_out_of_all_bounds_is_refused(http: httpx.Client) -> None:
    with serving(Reply(b" " * 20_000)) as server, pytest.raises(AnswerTooLargeError):
        get(http, server)


def test_a_failure_tells_what_was_asked_of_whom_without_its_secrets(http: httpx.Client) -> None:
    with serving(Reply(status=403)) as server, pytest.raises(PermanentError) as raised:
        get(http, server)
    assert f"The list at {server.url}/results: HTTP 403" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_each_request_waits_for_its_turn(http: httpx.Client, waits: list[float]) -> None:
    turns: list[str] = []
    with serving(Reply(status=503), Reply(b"[]")) as server:
        get_json(http, server.url, "The list", turn=lambda: nullcontext(turns.append("turn")))
    assert turns == ["turn", "turn"]


def test_an_answer_that_is_nested_without_end_is_no_answer() -> None:
    """It is within the bound of bytes, and would exhaust the stack of whoever walks it."""
    with pytest.raises(UnreadableError, match="depth"):
        read_json(b"[" * 200_000 + b"]" * 200_000, "the survey")
