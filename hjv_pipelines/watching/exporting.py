"""`/metrics` of a server: for Prometheus, and for nobody else.

With `HJV_METRICS_TOKEN` it is for whoever sends that as a bearer's token; without, for this machine alone. Others get
404: that there is something is theirs to guess. Here: the registry, who may read it, and its answer.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from hmac import compare_digest
from http import HTTPStatus
from ipaddress import ip_address

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hjv_pipelines.serving.pool import Connections
from hjv_pipelines.settings import Settings
from hjv_pipelines.watching.collector import FigureCollector


def registry_of(
    settings: Settings, connections: Callable[[], Connections], clock: Callable[[], datetime]
) -> CollectorRegistry:
    """Return a server's registry: the figures read over its `connections`, and the process's own."""
    registry = CollectorRegistry()
    registry.register(FigureCollector(connections, settings, clock))
    ProcessCollector(registry=registry)
    return registry


def metrics_route(settings: Settings, registry: CollectorRegistry) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers `/metrics`."""

    async def metrics(request: Request) -> Response:
        if not _may_read(settings, request):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return Response(await run_in_threadpool(generate_latest, registry), media_type=CONTENT_TYPE_LATEST)

    return metrics


def _may_read(settings: Settings, request: Request) -> bool:
    if settings.metrics_token is None:
        return _is_this_machine(request)
    kind, _, sent = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and compare_digest(
        sent.strip().encode(), settings.metrics_token.get_secret_value().encode()
    )


def _is_this_machine(request: Request) -> bool:
    """Tell whether this machine asks for itself: a proxy on it names whom it asks for, or is told to."""
    if request.client is None or "forwarded" in request.headers or "x-forwarded-for" in request.headers:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
