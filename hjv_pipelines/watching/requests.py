"""What a server counts of its own work: requests by route and status, and how long they took.

Here: the counting. Not here: routes. A route's pattern is the label, never a path: nobody's HSA-id becomes one.
"""

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

UNMATCHED = "unmatched"
"""The route of a request that none serves."""

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
"""Seconds. A reader of the feed may wait for a change up to a minute."""


class RequestCounter:
    """Counts the requests of `app` into `registry`."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._number = Counter("hjv_http_requests", "Requests.", ("method", "route", "status"), registry=registry)
        self._seconds = Histogram(
            "hjv_http_request_seconds",
            "How long an answer took, to its last byte.",
            ("route",),
            registry=registry,
            buckets=BOUNDS,
        )
        # Looking up labels costs more than counting, and more than an answer given by heart.
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        began = perf_counter()

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_look)
        finally:
            route = getattr(scope.get("route"), "path", UNMATCHED)
            method = scope["method"] if route != UNMATCHED else "any"
            number, seconds = self._of(method, route, status)
            number.inc()
            seconds.observe(perf_counter() - began)

    def _of(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        asked = (method, route, status)
        if asked not in self._known:
            self._known[asked] = self._number.labels(method, route, str(status)), self._seconds.labels(route)
        return self._known[asked]
