"""The promise: an answer is whole and bounded, or a sentence says what failed and whether to try again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from hjv_pipelines.failures import HjvError, PermanentError, TransientError
from hjv_pipelines.settings import Settings
from hjv_pipelines.transport.http import AnswerTooLargeError, client, download
from hjv_pipelines.transport.patience import Patience
from hjv_pipelines.transport.wire_failures import LONGEST_RETRY_AFTER, retry_after
from hjv_pipelines_tests.wire import Drip, Hang, Reply, Reset, Script, Server, serving

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ENOUGH = 1_000_000


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with client(Settings(), timeouts=httpx.Timeout(0.5)) as opened:
        yield opened


def fetch(http: httpx.Client, server: Server, target: Path, *, max_bytes: int = ENOUGH) -> bytes:
    download(http, f"{server.url}/hsaunits.zip", target, max_bytes, "HSA's complete file", seconds=1)
    return target.read_bytes()


def test_a_file_is_downloaded_whole(http: httpx.Client, tmp_path: Path) -> None:
    with serving(Reply(b"PK" * 100_000)) as server:
        assert fetch(http, server, tmp_path / "new" / "hsaunits.zip") == b"PK" * 100_000
    assert server.requests[0].headers["User-Agent"].startswith("hjv-pipelines/")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_passing_status_is_tried_again(status: int, http: httpx.Client, tmp_path: Path, waits: list[float]) -> None:
    """Trap 42."""
    with serving(Reply(b"", status=status), Reply(b"PK")) as server:
        assert fetch(http, server, tmp_path / "file") == b"PK"
    assert len(waits) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_lasting_status_is_tried_once(status: int, http: httpx.Client, tmp_path: Path, waits: list[float]) -> None:
    """Trap 46."""
    with serving(Reply(b"", status=status)) as server, pytest.raises(PermanentError, match=f"HTTP {status}"):
        fetch(http, server, tmp_path / "file")
    assert (len(server.requests), waits) == (1, [])


@pytest.mark.parametrize("line", [Reply(status=503), Hang(), Reset(), Drip(), Reply(b"half", promised=9)])
def test_tries_are_bounded(line: Script, http: httpx.Client, tmp_path: Path, waits: list[float]) -> None:
    """Traps 42 and 46: a busy server, a hang, a reset, a slow drip, an answer that breaks off."""
    patience = Patience(tries=2)
    with (
        serving(line) as server,
        pytest.raises(TransientError, match="HSA's complete file at http:"),
    ):
        download(http, server.url, tmp_path / "file", ENOUGH, "HSA's complete file", seconds=0.2, patience=patience)
    assert (len(server.requests), len(waits)) == (2, 1)


def test_waits_grow_and_stay_bounded(http: httpx.Client, tmp_path: Path, waits: list[float]) -> None:
    patience = Patience(tries=8, first_wait=timedelta(seconds=1), longest_wait=timedelta(seconds=6))
    with serving(Reply(status=503)) as server, pytest.raises(TransientError):
        download(http, server.url, tmp_path / "file", ENOUGH, "a file", patience=patience)
    assert len(waits) == 7
    assert 1 <= waits[0] <= 2 <= waits[1] <= 3 < waits[2] <= 5
    assert waits[3:] == [6] * 4


def test_a_server_may_say_how_long_to_wait(http: httpx.Client, tmp_path: Path, waits: list[float]) -> None:
    """Trap 45."""
    busy = Reply(status=503, headers={"Retry-After": "7"})
    with serving(busy, Reply(b"PK")) as server:
        fetch(http, server, tmp_path / "file")
    assert waits == [7]


def test_who_asks_for_a_long_wait_is_left_alone(http: httpx.Client, tmp_path: Path, waits: list[float]) -> None:
    """Trap 45: nobody sleeps for an hour in a worker, and nobody comes back sooner than asked."""
    busy = Reply(status=429, headers={"Retry-After": "3600"})
    with serving(busy) as server, pytest.raises(TransientError) as raised:
        fetch(http, server, tmp_path / "file")
    assert raised.value.retry_after == timedelta(hours=1)
    assert (len(server.requests), waits) == (1, [])


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta(0)),
        ("Mon, 23 Nov 2026 12:01:30 GMT", timedelta(seconds=90)),
        ("Mon, 23 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("9" * 400, LONGEST_RETRY_AFTER),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_bounded(value: str | None, wait: timedelta | None) -> None:
    """Trap 45."""
    assert retry_after(value, NOW) == wait


def test_an_answer_of_too_many_bytes_is_refused(http: httpx.Client, tmp_path: Path, waits: list[float]) -> None:
    """Trap 41: growth is told as growth, once, and leaves nothing half-written behind."""
    with serving(Reply(b"x" * 1001)) as server, pytest.raises(AnswerTooLargeError, match="1,000 bytes"):
        fetch(http, server, tmp_path / "file", max_bytes=1000)
    assert (waits, list(tmp_path.iterdir())) == ([], [])


def test_a_failed_download_leaves_the_last_good_file(http: httpx.Client, tmp_path: Path, waits: list[float]) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"good")
    with serving(Reply(b"half", promised=9)) as server, pytest.raises(TransientError):
        fetch(http, server, target)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == {target: b"good"}


def test_an_empty_file_is_a_failure(http: httpx.Client, tmp_path: Path, waits: list[float]) -> None:
    """Trap 7."""
    with serving(Reply(b"")) as server, pytest.raises(TransientError, match="empty answer"):
        fetch(http, server, tmp_path / "file")


def test_nobody_is_sent_elsewhere(http: httpx.Client, tmp_path: Path) -> None:
    with serving(Reply(b"not for us")) as other:
        moved = Reply(status=302, headers={"Location": f"{other.url}/login"})
        with serving(moved) as server, pytest.raises(PermanentError, match="do not follow"):
            fetch(http, server, tmp_path / "file")
    assert other.requests == []


def test_messages_hold_no_secrets(http: httpx.Client, tmp_path: Path, waits: list[float]) -> None:
    with serving(Reply(status=503)) as server:
        secret = server.url.replace("//", "//user:opensesame@") + "/file?token=opensesame"
        with pytest.raises(TransientError) as raised:
            download(http, secret, tmp_path / "file", ENOUGH, "a file")
    assert "opensesame" not in str(raised.value)
    assert f"{server.url}/file" in str(raised.value)


def test_nobody_there_is_worth_another_try(http: httpx.Client, tmp_path: Path, waits: list[float]) -> None:
    with serving(Reply()) as server:
        pass
    with pytest.raises(TransientError, match="connection failed"):
        fetch(http, server, tmp_path / "file")
    assert len(waits) == 3


@pytest.mark.parametrize("url", ["", "hsaunits.zip", "ftp://127.0.0.1/file", "http://127.0.0.1:port/"])
def test_an_address_that_is_none_is_refused(url: str, http: httpx.Client, tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="in the settings"):
        download(http, url, tmp_path / "file", ENOUGH, "a file")


def test_this_machine_is_asked_without_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Reply(b"from the proxy")) as proxy, serving(Reply(b"PK")) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with client(Settings()) as http:
            assert fetch(http, server, tmp_path / "file") == b"PK"
            download(http, "http://hsa.invalid/file", tmp_path / "far", ENOUGH, "a file")
    assert (tmp_path / "far").read_bytes() == b"from the proxy"


def test_a_full_disk_is_told(http: httpx.Client, tmp_path: Path) -> None:
    """Trap 50: here a file stands where a folder should."""
    (tmp_path / "occupied").write_bytes(b"")
    with serving(Reply(b"PK")) as server, pytest.raises(HjvError, match="cannot be written"):
        fetch(http, server, tmp_path / "occupied" / "file")
