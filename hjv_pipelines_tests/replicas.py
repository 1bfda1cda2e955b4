"""Replicas of a service: several servers over one database, asked in turn, as a load balancer does.

Nothing that a consumer or a source sees may depend on which of them answers: all tests of the delivery and the receiver
at the wire meet two of them, or as many as HJV_TEST_REPLICAS says, but those of what one process keeps for itself.
"""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle
from threading import Thread

import httpx
import uvicorn
from starlette.types import ASGIApp

REPLICAS = int(os.environ.get("HJV_TEST_REPLICAS", "2"))


class _InTurn(httpx.HTTPTransport):
    """Sends each request to the next of some ports, whatever port it names."""

    def __init__(self, ports: Sequence[int]) -> None:
        super().__init__()
        self._ports = cycle(ports)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(port=next(self._ports))
        return super().handle_request(request)


@contextmanager
def in_turn(replicas: Sequence[ASGIApp]) -> Iterator[httpx.Client]:
    """Serve replicas on free ports of loopback, and give a client that asks them in turn and follows no redirect.

    Its base address is the first one's.
    """
    with ExitStack() as stack:
        ports = [stack.enter_context(_serving(app)) for app in replicas]
        address = f"http://127.0.0.1:{ports[0]}"
        yield stack.enter_context(httpx.Client(base_url=address, timeout=30, transport=_InTurn(ports), trust_env=False))


@contextmanager
def _serving(app: ASGIApp) -> Iterator[int]:
    """Serve an application on a thread, and give its port."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()
