"""The sandbox answers as fast as it can: what it measures of a client is the client's own time."""

import socket

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from hjv_pipelines.sandbox.server import running


async def _says_whether_it_waits(request: Request) -> Response:
    connection = request.state.transport.get_extra_info("socket")
    return PlainTextResponse(str(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))


def test_a_body_does_not_wait_until_its_headers_were_acknowledged() -> None:
    with running(Starlette(routes=[Route("/", _says_whether_it_waits)])) as address:
        assert httpx.get(address, trust_env=False).text != "0"
