"""What stands around a request while an import runs: the network, and whoever listens to what comes over it.

An import's raw inputs are kept by listening, and a replay answers in the network's place; no source and no client
knows. Here: the two seams, for as long as a block lasts. Not here: sending and bounds (`http.py`), keeping and
answering (`store/raw/`).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from hjv_pipelines.transport.seams import in_place

if TYPE_CHECKING:
    import httpx

Send = Callable[["httpx.Client", "httpx.Request"], "httpx.Response"]
"""Sends a request and returns the response, whose body is still to be read."""

Listen = Callable[["httpx.Request", Iterator[bytes]], Iterator[bytes]]
"""Yields the pieces of a request's answer (HTTP 200) as they come, and may take note of them."""


def _over_the_network(http: "httpx.Client", request: "httpx.Request") -> "httpx.Response":
    return http.send(request, stream=True)


def _unheard(_request: "httpx.Request", pieces: Iterator[bytes]) -> Iterator[bytes]:
    return pieces


_send: ContextVar[Send] = ContextVar("send", default=_over_the_network)
_listen: ContextVar[Listen] = ContextVar("listen", default=_unheard)


def send(http: "httpx.Client", request: "httpx.Request") -> "httpx.Response":
    """Send `request` over the network, or to what stands in its place."""
    return _send.get()(http, request)


def heard(request: "httpx.Request", pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield `pieces`, the answer to `request`, in the hearing of whoever listens."""
    return _listen.get()(request, pieces)


def answered_by(answers: Send) -> AbstractContextManager[None]:
    """Let `answers` stand in the network's place."""
    return in_place(_send, answers)


def listened_to_by(listener: Listen) -> AbstractContextManager[None]:
    """Let `listener` hear every answer."""
    return in_place(_listen, listener)
