"""The API's cards all together: `GET /v1/cards`, in pages or as one stream that a copy can begin with.

Here: the route, and how the two answers are written. Not here: the queries (`cards/all_cards.py`), and the changes
that follow the stream (`changes.py`).
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from hjv_pipelines.cards.all_cards import StandingCard, every_card, page_of_cards
from hjv_pipelines.cards.feed import feed_reach, one_view
from hjv_pipelines.delivery.answers import CardsPage
from hjv_pipelines.delivery.dependencies import KnownByHeart, RegionKey, ShortConnections, StreamConnections
from hjv_pipelines.delivery.encoding import encoded, encoding_for, encoding_headers
from hjv_pipelines.delivery.memory import Memory
from hjv_pipelines.serving.pool import Connections
from hjv_pipelines.serving.problems import described

router = APIRouter(prefix="/v1", tags=["cards"])

NDJSON = "application/x-ndjson"
JSON = "application/json"
MOST_CARDS = 1000
MOST_BYTES = 8_000_000
"""A page ends where its cards reach this; pictures make some cards large."""

_PIECE_BYTES = 128_000

_STREAM_TOLD = (
    "A line of JSON each. The first says at which position of which change feed the cards stand; then a card a line; "
    "the last says that it is complete, and how many there were."
)


class _LentStream(StreamingResponse):
    """A stream of a `lent` connection's rows, which goes back whatever becomes of the asker."""

    def __init__(self, pieces: Iterator[bytes], lent: ExitStack, headers: dict[str, str]) -> None:
        super().__init__(pieces, headers=headers, media_type=NDJSON)
        self._lent = lent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream."""
        with self._lent:
            await super().__call__(scope, receive, send)


@router.get(
    "/cards",
    response_model=None,
    responses={
        200: {
            "model": CardsPage,
            "description": f"A page of cards; asked for as `{NDJSON}`, all of them in one stream.",
            "content": {NDJSON: {"schema": {"type": "string", "description": _STREAM_TOLD}}},
        },
        **described(UNPROCESSABLE_ENTITY="There is no such region, or a parameter cannot be read."),
    },
)
def many_cards(
    request: Request,
    region: RegionKey,
    connections: ShortConnections,
    stream_connections: StreamConnections,
    memory: KnownByHeart,
    cursor: Annotated[
        str, Query(max_length=100, pattern="^[0-9A-Z-]*$", description="From the page before; take its `next`.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_CARDS, description="Cards on a page, at most.")] = 100,
    accept: Annotated[str, Header(description=f"`{NDJSON}` for all cards in one stream.")] = "*/*",
) -> Response:
    """Return the cards of all regions or of one, in the order of their HSA-ids.

    To copy them all, take the stream: its first line holds a feed position, from which `/v1/changes` goes on without
    a gap. The stream is one view of the store, comes as zstd or gzip to whoever accepts that, and has no pages.
    """
    if NDJSON in accept:
        return _stream(request, stream_connections, memory, region)
    return _page(request, connections, memory, region, cursor, limit)


def _page(
    request: Request, connections: Connections, memory: Memory, region: str | None, cursor: str, limit: int
) -> Response:
    with connections.connection() as connection, one_view(connection):
        reach = feed_reach(connection)
        memory.heard_of(reach.head)
        cards = page_of_cards(connection, region, cursor, limit, MOST_BYTES)
        is_last = not cards or not page_of_cards(connection, region, cards[-1].hsa_id, 1, 1)
    told = {
        "feed": reach.feed_id,
        "position": reach.head,
        "cards": [_entry(card) for card in cards],
        "next": None if is_last else _path_after(request, region, cards[-1].hsa_id, limit),
    }
    encoding = encoding_for(request)
    body = b"".join(encoded((orjson.dumps(told),), encoding))
    return Response(body, headers=encoding_headers(encoding), media_type=JSON)


def _path_after(request: Request, region: str | None, cursor: str, limit: int) -> str:
    query = {"region": region, "cursor": cursor, "limit": str(limit)}
    return f"{request.url.path}?{urlencode({name: value for name, value in query.items() if value is not None})}"


def _stream(request: Request, connections: Connections, memory: Memory, region: str | None) -> Response:
    encoding = encoding_for(request)
    with ExitStack() as opening:
        connection = opening.enter_context(connections.connection())
        opening.enter_context(one_view(connection))
        reach = feed_reach(connection)
        memory.heard_of(reach.head)
        head = {"feed": reach.feed_id, "position": reach.head, "region": region}
        lines = _lines(head, every_card(connection, region))
        opening.callback(lines.close)
        pieces = encoded(_pieces(lines), encoding)
        return _LentStream(pieces, opening.pop_all(), encoding_headers(encoding))


def _lines(head: dict[str, Any], cards: Iterator[StandingCard]) -> Generator[bytes, None, None]:
    yield _line(head)
    number = 0
    for card in cards:
        yield _line(_entry(card))
        number += 1
    yield _line({"complete": True, "cards": number})


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Give the lines in pieces that are worth sending."""
    piece = bytearray()
    for line in lines:
        piece += line
        if len(piece) >= _PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def _entry(card: StandingCard) -> dict[str, Any]:
    return {
        "hsa_id": card.hsa_id,
        "region": card.region,
        "content_hash": card.content_hash,
        "card": orjson.Fragment(card.body),
    }


def _line(told: dict[str, Any]) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)
