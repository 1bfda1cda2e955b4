"""Giving at once, past every route, what is known by heart; and learning what the routes answer.

A route says of its answer what it is about (`lasting`), and that nothing else can change it: no clock, no asker.
Whatever is not plain takes the long way, where everything is judged: this lane can be taken out, and no answer is
another. Here: the lane. Not here: what is kept, and until when (`memory.py`).
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hjv_pipelines.delivery.memory import ANY_PUBLICATION, Answer, Memory, Question
from hjv_pipelines.delivery.porter import Porter

_LEARNING = "hjv_pipelines.learning"


class AtOnce:
    """Answers by heart what `memory` knows, to whom the `porter` lets through; `app` answers the rest."""

    def __init__(self, app: ASGIApp, memory: Memory, porter: Porter) -> None:
        self._app = app
        self._memory = memory
        self._porter = porter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers: dict[bytes, bytes] = dict(scope.get("headers", ()))
        if not _is_plain(scope, headers):
            await self._app(scope, receive, send)
            return
        question = _question(scope, headers)
        answer = self._memory.answer(question)
        if answer is not None and self._porter.lets_through(scope, headers):
            scope["route"] = answer.route
            await send(answer.start)
            await send(answer.end)
            return
        looks, learning = self._memory.looks, _Learning(scope, send)
        scope[_LEARNING] = learning
        await self._app(scope, receive, learning.send)
        if learning.answer is not None:
            self._memory.keep(question, learning.about, learning.answer, looks)


def lasting(request: Request, about: str = ANY_PUBLICATION) -> None:
    """Say that the answer, if it is one, holds until `about` (an HSA-id) is published anew; else until anything is.

    It must depend on nothing but the `Question` and what is published; one that comes in pieces is not kept.
    """
    learning = cast("_Learning | None", request.scope.get(_LEARNING))
    if learning is not None:
        learning.learn(about)


class _Learning:
    """Passes an answer on, and takes down one that lasts."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._start: Message | None = None
        self._lasts = False
        self.about = ANY_PUBLICATION
        self.answer: Answer | None = None

    def learn(self, about: str) -> None:
        self._lasts, self.about = True, about

    async def send(self, message: Message) -> None:
        await self._send(message)
        if self._lasts and message["type"] == "http.response.start" and message["status"] == HTTPStatus.OK:
            self._start = message
        elif message.get("more_body", False):
            self._start = None  # it comes in pieces
        elif self._start is not None:
            self.answer = Answer(self._start, message, self._scope.get("route"))


def _is_plain(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether it is a GET without a body, whose headers are each told once: the routes judge what else it is."""
    once = scope["type"] == "http" and scope["method"] == "GET" and len(headers) == len(scope["headers"])
    return once and b"content-length" not in headers and b"transfer-encoding" not in headers


def _question(scope: Scope, headers: Mapping[bytes, bytes]) -> Question:
    accept, encodings = headers.get(b"accept", b""), headers.get(b"accept-encoding", b"")
    return Question(scope["path"], scope["query_string"], accept, encodings)
