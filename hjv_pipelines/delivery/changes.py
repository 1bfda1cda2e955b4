"""The API's change feed: `GET /v1/changes`, what happened to the cards after a position.

Here: the route, waiting for what is yet to happen, and the refusal of positions that cannot be gone on from. Not
here: reading the feed (`cards/feed.py`) and the bell that ends a wait (`bell.py`).
"""

import asyncio
from http import HTTPStatus
from typing import Annotated, Any, NamedTuple

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from hjv_pipelines.cards.feed import FeedEntry, FeedReach, feed_entries, feed_reach, one_view
from hjv_pipelines.delivery.answers import ChangesPage
from hjv_pipelines.delivery.at_once import lasting
from hjv_pipelines.delivery.bell import rung
from hjv_pipelines.delivery.dependencies import FeedBell, KnownByHeart, ShortConnections
from hjv_pipelines.delivery.encoding import encoded, encoding_for, encoding_headers
from hjv_pipelines.serving.pool import Connections
from hjv_pipelines.serving.problems import RefusalError, described

router = APIRouter(prefix="/v1", tags=["changes"])

MOST_CHANGES = 1000
MOST_BYTES = 8_000_000
LONGEST_WAIT_SECONDS = 60


class _Seen(NamedTuple):
    """The feed as it was at one moment: how far it reaches, and the entries that were asked for."""

    reach: FeedReach
    entries: list[FeedEntry]


class _Asked(NamedTuple):
    after: int
    limit: int
    feed: str | None


@router.get(
    "/changes",
    response_model=None,
    responses={
        200: {"model": ChangesPage, "description": "The changes, in order; none where nothing happened."},
        **described(
            GONE="The feed cannot go on from there: start over with the stream of all cards, at `start_over`.",
            UNPROCESSABLE_ENTITY="A parameter cannot be read.",
        ),
    },
)
async def changes(
    request: Request,
    connections: ShortConnections,
    bell: FeedBell,
    memory: KnownByHeart,
    after: Annotated[int, Query(ge=0, le=2**62, description="Position that you have; 0 for the feed's beginning.")],
    limit: Annotated[int, Query(ge=1, le=MOST_CHANGES, description="Changes in one answer, at most.")] = 100,
    wait: Annotated[
        float, Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Seconds to wait where there is nothing yet.")
    ] = 0,
    feed: Annotated[
        str | None, Query(max_length=40, description="Feed that your position is of: another one is refused.")
    ] = None,
) -> Response:
    """Return what happened to the cards after a position: every change once, in the order of the commits.

    Whoever has applied all changes up to `position` has the cards as they stood then. With `wait`, an answer without
    changes is held back until there is one, or the time is up.
    """
    asked = _Asked(after, limit, feed)
    until = asyncio.get_running_loop().time() + wait
    while True:
        ring = bell.next_ring()
        seen = await run_in_threadpool(_look, connections, asked)
        memory.heard_of(seen.reach.head)
        left = until - asyncio.get_running_loop().time()
        if seen.entries or left <= 0:
            if seen.entries or wait == 0:
                lasting(request)
            return await run_in_threadpool(_told, request, asked, seen)
        await rung(ring, left)


def _look(connections: Connections, asked: _Asked) -> _Seen:
    """Read the feed. Raises `RefusalError` where it cannot go on from the position."""
    with connections.connection() as connection, one_view(connection):
        reach = feed_reach(connection)
        if (asked.feed or reach.feed_id) != reach.feed_id or not reach.goes_on_from(asked.after):
            raise RefusalError(HTTPStatus.GONE, _why_gone(reach, asked), start_over="/v1/cards")
        return _Seen(reach, feed_entries(connection, asked.after, asked.limit, MOST_BYTES))


def _why_gone(reach: FeedReach, asked: _Asked) -> str:
    if (asked.feed or reach.feed_id) != reach.feed_id:
        why = f"This is the feed {reach.feed_id}; positions of another one mean nothing here."
    elif asked.after > reach.head:
        why = f"The feed ends at {reach.head}: position {asked.after} is none of its own."
    else:
        why = f"Changes up to {reach.forgotten} have been forgotten."
    return f"{why} Start over: ask /v1/cards for application/x-ndjson, and go on from the position in its first line."


def _told(request: Request, asked: _Asked, seen: _Seen) -> Response:
    told = {
        "feed": seen.reach.feed_id,
        "position": seen.entries[-1].position if seen.entries else asked.after,
        "head": seen.reach.head,
        "changes": [_entry(entry) for entry in seen.entries],
    }
    encoding = encoding_for(request)
    body = b"".join(encoded((orjson.dumps(told, option=orjson.OPT_UTC_Z),), encoding))
    return Response(body, headers=encoding_headers(encoding), media_type="application/json")


def _entry(entry: FeedEntry) -> dict[str, Any]:
    return {
        "position": entry.position,
        "hsa_id": entry.hsa_id,
        "region": entry.region,
        "kind": entry.kind,
        "at": entry.at,
        "reasons": entry.reasons,
        "content_hash": entry.content_hash,
        "card": orjson.Fragment(entry.body) if entry.body is not None else None,
    }
