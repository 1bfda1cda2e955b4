"""What a fault looks like on the wire.

Here: answers that are spoilt on their way, and what stands in an answer's place. Not here: which fault is set
(`faults.py`), and faults that lie in the content (`server.py`).
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from hjv_pipelines.sandbox.faults import Fault
from hjv_pipelines.sandbox.soap import MEDIA_TYPE, SoapError, platform_fault

RETRY_AFTER_SECONDS = 2
"""What the file service asks for when it is down."""

DRIP_BYTES = 64
DRIP_SECONDS = 0.25

_ERROR_PAGE = "<html><head><title>500</title></head><body><h1>Internal Server Error</h1></body></html>"


class ResetResponse(Response):
    """In place of an answer, the connection is reset (TCP RST).

    Where the server does not hand its transport down, the answer breaks off, which a client can tell as well.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reset the connection."""
        transport = scope.get("state", {}).get("transport")
        if transport is None:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
            return
        linger_not_at_all = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not_at_all)
        transport.abort()
        # Until the connection is lost the server would take this for an answer that was forgotten.
        while (await receive())["type"] != "http.disconnect":
            pass


async def replacement(fault: Fault | None, request: Request, failure: Callable[[Fault], Response]) -> Response | None:
    """Return what a fault puts in an answer's place; `None` when the answer is given after all.

    `failure` is how the service itself says that it failed.
    """
    match fault:
        case Fault("forbidden"):
            return Response("Forbidden", HTTPStatus.FORBIDDEN, media_type="text/plain")
        case Fault("500"):
            return HTMLResponse(_ERROR_PAGE, HTTPStatus.INTERNAL_SERVER_ERROR)
        case Fault("fault"):
            return failure(fault)
        case Fault("hang"):
            while (await request.receive())["type"] != "http.disconnect":
                pass
            return Response(status_code=HTTPStatus.GATEWAY_TIMEOUT)
        case Fault("reset"):
            # A client that is still sending meets the reset there, and then reads a mere end in place of an answer.
            await request.body()
            return ResetResponse()
    return None


def service_unavailable(_fault: Fault) -> Response:
    """Return how the file service fails: HTTP 503, and when to come back."""
    return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def soap_fault(fault: Fault) -> Response:
    """Return how a SOAP service fails: a fault with the platform's code."""
    return fault_response(platform_fault(fault.code, "A fault on demand."))


def fault_response(error: SoapError) -> Response:
    """Return a SOAP fault as the platform sends it: always HTTP 500."""
    return Response(error.to_envelope(), HTTPStatus.INTERNAL_SERVER_ERROR, media_type=MEDIA_TYPE)


def spoilt(fault: Fault | None, content: bytes, media_type: str) -> Response:
    """Return the answer as a fault leaves it on its way: cut short, emptied, dripping, or as it was."""
    match fault:
        case Fault("truncated"):
            return Response(content[: len(content) // 2], media_type=media_type)
        case Fault("empty"):
            return Response(media_type=media_type)
        case Fault("slow"):
            length = {"Content-Length": str(len(content))}
            return StreamingResponse(_drips(content), media_type=media_type, headers=length)
    return Response(content, media_type=media_type)


async def _drips(content: bytes) -> AsyncIterator[bytes]:
    for begins in range(0, len(content), DRIP_BYTES):
        yield content[begins : begins + DRIP_BYTES]
        await asyncio.sleep(DRIP_SECONDS)
