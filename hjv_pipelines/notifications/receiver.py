"""The receiver as an ASGI application: `uvicorn --factory hjv_pipelines.notifications.receiver:create_app`.

It answers 202 when a notification is committed, and says why when it is not. Of a body its id is logged, and the unit
where it names one; never its text, and never a secret. Here: its routes. Not here: the failures' answers
(`refusals.py`), and what a notification leads to.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import cast

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hjv_pipelines.logs.about import about, only
from hjv_pipelines.notifications import SOURCES
from hjv_pipelines.notifications.message import read_message
from hjv_pipelines.notifications.refusals import REFUSALS
from hjv_pipelines.notifications.secret import secret_of
from hjv_pipelines.notifications.signature import HEADER, verify
from hjv_pipelines.serving.middleware import CommonHeaders
from hjv_pipelines.serving.pool import Connections, pool
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import database
from hjv_pipelines.store.inbox.arrivals import Accepted, Notification, accept
from hjv_pipelines.watching.exporting import metrics_route, registry_of
from hjv_pipelines.watching.requests import RequestCounter

logger = logging.getLogger(__name__)

LARGEST_BODY = 256 * 1024
"""Bytes."""
PATIENCE_SECONDS = 10
"""How long a body may take to arrive."""

_CONNECTIONS = 8
_BOUNDS = "-c statement_timeout=10s"
_READY = "SELECT FROM hjv.hints LIMIT 0"


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] = _utc_now) -> Starlette:
    """Return the application; its settings are the environment's where none are given."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with database(chosen) as url, pool("receiver", url, _CONNECTIONS, _BOUNDS, smallest=1) as connections:
            app.state.connections = connections
            yield

    registry = registry_of(chosen, lambda: app.state.connections, clock)
    app = Starlette(
        routes=[
            Route("/v1/notifications/{source}", _receive, methods=["POST"]),
            Route("/healthz", _alive),
            Route("/readyz", _ready),
            Route("/metrics", metrics_route(chosen, registry)),
        ],
        middleware=[Middleware(CommonHeaders), Middleware(RequestCounter, registry=registry)],
        exception_handlers=REFUSALS,
        lifespan=lifespan,
    )
    app.state.clock = clock
    app.state.window = timedelta(seconds=chosen.notification_window_seconds)
    app.state.secrets = {source: secret_of(chosen, source) for source in SOURCES}
    return app


async def _receive(request: Request) -> Response:
    received_at = _now(request)
    source, secret = _sender(request)
    body = await _body(request)
    verify(secret, request.headers.get(HEADER), body, received_at, request.app.state.window)
    notification_id, hsa_ids, occurred_at = read_message(body)
    told = Notification(source, notification_id, hsa_ids, occurred_at)
    accepted = await run_in_threadpool(_accept, request, told, received_at)
    with about(source=source, notification_id=notification_id, unit=only(hsa_ids)):
        logger.info("Accepted: %d hints.", accepted.hints)
    answer = {
        "id": notification_id,
        "hints": accepted.hints,
        "committedAt": accepted.committed_at,
        "duplicate": accepted.duplicate,
        "unknownHsaIds": accepted.unknown_hsa_ids,
    }
    return Response(orjson.dumps(answer), HTTPStatus.ACCEPTED, media_type="application/json")


def _sender(request: Request) -> tuple[str, str]:
    """Return the source that the address names, and its secret, before anything of the body is read."""
    source = request.path_params["source"]
    secrets = cast("Mapping[str, str | None]", request.app.state.secrets)
    if source not in secrets:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"There is no such source. Choose one of: {', '.join(secrets)}.")
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send application/json.")
    secret = secrets[source]
    if secret is None:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE, f"Notifications of {source} are not configured here: no secret is set."
        )
    return source, secret


async def _body(request: Request) -> bytes:
    """Return the body; one that is too large or too slow is refused before it is all here."""
    too_large = HTTPException(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A notification has at most {LARGEST_BODY} bytes: send several."
    )
    promised = request.headers.get("Content-Length", "0")
    if promised.isdecimal() and int(promised[:20]) > LARGEST_BODY:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST_BODY:
                    raise too_large
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, f"A body must arrive in {PATIENCE_SECONDS} seconds.") from None
    return bytes(body)


def _accept(request: Request, told: Notification, received_at: datetime) -> Accepted:
    with _connections(request).connection() as connection:
        return accept(connection, told, received_at, _now(request))


def _alive(_request: Request) -> Response:
    return JSONResponse({"status": "alive"})


def _ready(request: Request) -> Response:
    with _connections(request).connection() as connection:
        connection.execute(_READY)
    return JSONResponse({"status": "ready"})


def _now(request: Request) -> datetime:
    clock = cast("Callable[[], datetime]", request.app.state.clock)
    return clock()


def _connections(request: Request) -> Connections:
    return cast("Connections", request.app.state.connections)
