"""A client of the delivery, for those who keep a copy of the cards: the stream of all of them, and what changes.

    with DeliveryClient("http://127.0.0.1:8080") as delivery:
        with delivery.all_cards() as cards:
            keep({card.hsa_id: card.body for card in cards}, cards.feed, cards.position)
        changes = delivery.changes_after(cards.feed, cards.position, wait=timedelta(seconds=30))

Here: questions and typed answers, nothing kept. Not here: the copy itself (`mirror.py`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from importlib.metadata import version
from types import TracebackType
from typing import Any, Literal, Self

import httpx

from hjv_pipelines.canonical import canonical_json, content_hash
from hjv_pipelines.failures import HjvError, TransientError
from hjv_pipelines.transport.http import Answer, Bounds, ask
from hjv_pipelines.transport.json import read_json
from hjv_pipelines.transport.wire_failures import wire_failures

STREAM_BOUNDS = Bounds(max_bytes=4_000_000_000, seconds=900)
PAGE_BOUNDS = Bounds(max_bytes=64_000_000, seconds=180)
_READING = timedelta(seconds=30)


class StartOverError(HjvError):
    """The feed cannot go on from our position: copy all cards again."""


@dataclass(frozen=True, slots=True)
class Card:
    """A unit's card: `body` is its canonical JSON, whose SHA-256 is `content_hash`."""

    hsa_id: str
    region: str
    content_hash: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a unit's card at `at` (UTC); `card` is None for one that was withdrawn, for `reasons`."""

    position: int
    hsa_id: str
    region: str
    kind: Literal["appeared", "changed", "withdrawn"]
    at: datetime
    reasons: tuple[str, ...]
    card: Card | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes in order; go on after `position`, and at once while `has_more`."""

    feed: str
    position: int
    has_more: bool
    changes: tuple[Change, ...]


class CardStream:
    """All cards as they stood at `position` of the change feed `feed`, one by one.

    Raises `TransientError` while it is read when the stream breaks off: what came until then is no whole copy.
    """

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        head = _object(next(lines, b""))
        self.feed = str(head["feed"])
        self.position = int(head["position"])

    def __iter__(self) -> Iterator[Card]:
        """Give the cards."""
        for number, line in enumerate(self._lines):
            told = _object(line)
            if told.get("complete") and told["cards"] == number:
                return
            yield _card(told)
        raise TransientError("The stream of all cards broke off. Ask for it again.")


class DeliveryClient:
    """The delivery at an address. Close it when done; it may be used by several threads."""

    def __init__(self, url: str, token: str | None = None, http: httpx.Client | None = None) -> None:
        self._url = url.rstrip("/")
        self._http = http or httpx.Client()
        self._headers = {"User-Agent": f"hjv-pipelines/{version('hjv-pipelines')}", "Accept-Encoding": "zstd, gzip"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        """Give the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._http.close()

    @contextmanager
    def all_cards(self, region: str | None = None) -> Iterator[CardStream]:
        """Lend the stream of all cards, or of one region's. Raises `TransientError` and `PermanentError`."""
        query = {} if region is None else {"region": region}
        with self._asked("/v1/cards", query, "application/x-ndjson", STREAM_BOUNDS) as answer:
            yield CardStream(_lines(answer.pieces()))

    def changes_after(self, feed: str, position: int, *, limit: int = 500, wait: timedelta = timedelta(0)) -> Changes:
        """Return what changed after `position` of `feed`, waiting for a change if there is none yet.

        Raises `StartOverError` when the feed cannot go on from there, `TransientError` and `PermanentError`.
        """
        query = {"feed": feed, "after": str(position), "limit": str(limit), "wait": f"{wait.total_seconds():g}"}
        with self._asked("/v1/changes", query, "application/json", PAGE_BOUNDS, wait) as answer:
            told = _object(answer.read())
        return Changes(
            feed=told["feed"],
            position=told["position"],
            has_more=told["position"] < told["head"],
            changes=tuple(_change(change) for change in told["changes"]),
        )

    @contextmanager
    def _asked(
        self, path: str, query: Mapping[str, str], accept: str, bounds: Bounds, wait: timedelta = timedelta(0)
    ) -> Iterator[Answer]:
        what = f"The delivery at {self._url}{path}"
        timeout = (wait + _READING).total_seconds()
        headers = {**self._headers, "Accept": accept}
        with wire_failures(what):
            request = self._http.build_request("GET", self._url + path, params=query, headers=headers, timeout=timeout)
        with ask(self._http, request, what, bounds) as answer:
            if answer.status == HTTPStatus.GONE:
                raise StartOverError(str(_object(answer.read())["detail"]))
            if answer.status != HTTPStatus.OK:
                raise answer.failure()
            yield answer


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    begun = b""
    for piece in pieces:
        *whole, begun = (begun + piece).split(b"\n")
        yield from whole


def _object(text: bytes) -> dict[str, Any]:
    told = read_json(text, "The delivery")
    if not isinstance(told, dict):
        raise TransientError("The delivery: the answer is another server's. Trying again may help.")
    return told


def _card(told: Mapping[str, Any]) -> Card:
    """Read a card. Raises `TransientError` when it is not what its hash names."""
    body = canonical_json(told["card"])
    if content_hash(body) != told["content_hash"]:
        raise TransientError(f"The card of {told['hsa_id']} came damaged. Ask for it again.")
    return Card(told["hsa_id"], told["region"], told["content_hash"], body)


def _change(told: Mapping[str, Any]) -> Change:
    return Change(
        position=told["position"],
        hsa_id=told["hsa_id"],
        region=told["region"],
        kind=told["kind"],
        at=datetime.fromisoformat(told["at"]),
        reasons=tuple(told["reasons"]),
        card=_card(told) if told["card"] is not None else None,
    )
