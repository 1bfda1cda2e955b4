"""The other side of the wire: a real HTTP server on loopback that answers by script, faults included.

Here: what tests of clients share. Not here: what any contract says; a test writes its own bytes.
"""

import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import SimpleNamespace

import pytest
import tenacity.nap
from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def soap_body(self) -> etree._Element:
        """The first element of the SOAP Body."""
        return etree.fromstring(self.body).find(f"{{{SOAP}}}Body")[0]

    @property
    def soap_header(self) -> etree._Element:
        """The first element of the SOAP Header."""
        return etree.fromstring(self.body).find(f"{{{SOAP}}}Header")[0]


@dataclass(frozen=True)
class Reply:
    """A whole answer. `promised` is the Content-Length where it shall not be the truth."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None

    def send(self, handler: "Handler") -> None:
        """Answer with it."""
        handler.begin(self.status, {**self.headers, "Content-Length": str(self.promised or len(self.body))})
        handler.wfile.write(self.body)


class Hang:
    """No answer at all, for as long as the server lives."""

    def send(self, handler: "Handler") -> None:
        """Keep the client waiting."""
        handler.server.closing.wait()


class Reset:
    """The connection is torn down in the client's face."""

    def send(self, handler: "Handler") -> None:
        """Close without a farewell."""
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()


class Drip:
    """A body without end, a byte at a time: each comes soon enough, the last never."""

    def send(self, handler: "Handler") -> None:
        """Drip until the client has had enough."""
        handler.begin(200, {"Content-Length": "1000000"})
        with suppress(OSError):
            while not handler.server.closing.wait(0.01):
                handler.wfile.write(b" ")


Script = Reply | Hang | Reset | Drip | Callable[[Request], Reply]
"""An answer, or what makes one of the request."""


class Handler(BaseHTTPRequestHandler):
    """Remembers the request, and answers with the script's next line; the last one serves for ever."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the status line and the headers."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def answer(self) -> None:
        """Answer any method."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        request = Request(self.command, self.path, dict(self.headers.items()), body)
        self.server.requests.append(request)
        line = self.server.script[min(len(self.server.requests), len(self.server.script)) - 1]
        reply = line(request) if callable(line) else line
        reply.send(self)
        self.close_connection = not (isinstance(reply, Reply) and reply.promised is None)

    do_GET = do_POST = answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A server on a free port of loopback: `requests` is what it was asked so far."""

    daemon_threads = True

    def __init__(self, script: tuple[Script, ...], context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script
        self.requests: list[Request] = []
        self.closing = Event()
        self._context = context

    @property
    def url(self) -> str:
        """The address of its root."""
        scheme = "https" if self._context else "http"
        return f"{scheme}://127.0.0.1:{self.server_port}"

    def finish_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:  # type: ignore[override]
        """Shake hands in the request's own thread, so that a client that is refused holds up nobody."""
        with suppress(OSError):
            if self._context is not None:
                request = self._context.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)
            request.close()

    def handle_error(self, *_: object) -> None:
        """Say nothing: a client that gave up is what some tests are about."""


@contextmanager
def serving(*script: Script, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Lend a server that answers by `script`, over TLS where a `context` is given."""
    server = Server(script, context)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the seconds that retries would have waited; nobody waits them."""
    waited: list[float] = []
    monkeypatch.setattr(tenacity.nap, "time", SimpleNamespace(sleep=waited.append))
    return waited


def envelope(body: str = "") -> bytes:
    """Return a SOAP envelope around `body`."""
    return f'<e:Envelope xmlns:e="{SOAP}"><e:Header/><e:Body>{body}</e:Body></e:Envelope>'.encode()


def fault(faultstring: str, *, faultcode: str = "Server", detail: str = "") -> Reply:
    """Return a SOAP fault as the platform sends one: HTTP 500, whoever is to blame."""
    return Reply(
        envelope(
            f"<e:Fault><faultcode>e:{faultcode}</faultcode><faultstring>{faultstring}</faultstring>"
            f"<detail>{detail}</detail></e:Fault>"
        ),
        status=500,
        headers={"Content-Type": "text/xml;charset=UTF-8"},
    )
