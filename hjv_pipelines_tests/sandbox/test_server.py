"""The sandbox answers as fast as it can: what it measures of a client is the client's own time."""

import socket

from hjv_pipelines.sandbox.server import listen


def test_a_body_does_not_wait_until_its_headers_were_acknowledged() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
