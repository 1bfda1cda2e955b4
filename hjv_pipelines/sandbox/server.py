"""The sandbox's server: its app on real ports, over HTTP and over HTTPS with required client certificates.

Here: uvicorn, sockets, TLS. Not here: what is answered (`app.py`).
"""

import asyncio
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from hjv_pipelines.failures import HjvError
from hjv_pipelines.sandbox.app import create_app
from hjv_pipelines.sandbox.certificates import Certificates, certificates
from hjv_pipelines.sandbox.nation import open_nation

__all__ = ["create_app", "listen", "running", "serve"]

_GRACE_SECONDS = 1
"""How long an open call may go on after the server was told to stop."""


def serve(folder: Path, host: str, port: int, *, tls_port: int | None) -> None:
    """Serve the nation in `folder` at `port`, and over HTTPS with client certificates at `tls_port`.

    Returns when the process is interrupted. Raises `HjvError` without a nation, or when a port is taken.
    """
    app = create_app(open_nation(folder), folder, now=lambda: datetime.now(UTC))
    listening = [(_server(app), listen(host, port))]
    if tls_port is not None:
        protected = certificates(folder / "certificates", host, "localhost")
        listening.append((_server(app, protected), listen(host, tls_port)))
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve_all(listening))


@contextmanager
def running(
    app: Starlette, host: str = "127.0.0.1", port: int = 0, *, protected: Certificates | None = None
) -> Iterator[str]:
    """Serve `app` on a thread for as long as the block lasts, and give its address.

    Port 0 is any free one. With `protected` it is HTTPS, and a client must show a certificate of its
    authority.
    """
    listener = listen(host, port)
    server = _server(app, protected)
    thread = threading.Thread(target=server.run, args=([listener],), name="sandbox", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    scheme = "https" if protected else "http"
    try:
        yield f"{scheme}://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, and whose connections send at once. Raises `HjvError` when the port is taken."""
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        raise HjvError(
            f"The sandbox cannot listen at {host}:{port} ({os.strerror(error.errno or 0)}). "
            "Is it running already? If not, choose another port."
        ) from error
    # asyncio does it for sockets of its own making only; without it a body waits 40 ms for the headers' receipt.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class _Protocol(H11Protocol):
    """HTTP/1.1 that hands its transport down to the app, so that a fault can reset the connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast("asyncio.Transport", transport))
        self.app_state = {**self.app_state, "transport": transport}


def _server(app: Starlette, protected: Certificates | None = None) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        http=_Protocol,
        lifespan="off",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    if protected:
        config.ssl_certfile = str(protected.server)
        config.ssl_keyfile = str(protected.server_key)
        config.ssl_ca_certs = str(protected.authority)
        config.ssl_cert_reqs = ssl.CERT_REQUIRED
    return uvicorn.Server(config)


async def _serve_all(listening: list[tuple[uvicorn.Server, socket.socket]]) -> None:
    await asyncio.gather(*(server.serve(sockets=[listener]) for server, listener in listening))
