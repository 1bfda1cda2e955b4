"""Whether an asker already has what it asks for (RFC 9110, If-None-Match): then it is not sent again.

Here: tags, the condition that names them, and the judging of it, for every answer that has a tag. Not here: what a tag
is made of.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Header
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OF_THE_BODY = frozenset((b"content-length", b"content-type", b"content-encoding"))


def tag_of(content_hash: str) -> str:
    """Return the entity tag of a content."""
    return f'"{content_hash}"'


async def _condition(
    if_none_match: Annotated[str | None, Header(description="ETag of the answer that you have.")] = None,
) -> None:
    """Describe the condition in OpenAPI; it is judged for all routes in one place."""


CONDITIONAL = Depends(_condition)
"""For routes whose answers have an ETag."""


class Conditional:
    """Answers 304 in place of an answer of `app` that its asker has already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        condition = _condition_of(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        await self._app(scope, receive, send if condition is None else _sending_unless(condition, send))


def _condition_of(scope: Scope) -> bytes | None:
    return next((value for name, value in scope["headers"] if name == b"if-none-match"), None)


def _sending_unless(condition: bytes, send: Send) -> Send:
    """Return what sends an answer, without its body where the condition names it."""
    has_it = False

    async def send_what_is_new(message: Message) -> None:
        nonlocal has_it
        if message["type"] == "http.response.start":
            has_it = message["status"] == HTTPStatus.OK and _names(condition, message)
            await send(_not_modified(message) if has_it else message)
        elif not has_it:
            await send(message)
        elif not message.get("more_body", False):
            await send({**message, "body": b""})

    return send_what_is_new


def _names(condition: bytes, start: Message) -> bool:
    """Tell whether the condition names the answer; here weak tags compare as strong ones."""
    tag = next((value for name, value in start["headers"] if name == b"etag"), None)
    return tag is not None and (condition == tag or not {b"*", tag}.isdisjoint(_tags(condition)))


def _tags(condition: bytes) -> set[bytes]:
    return {tag.strip().removeprefix(b"W/") for tag in condition.split(b",")}


def _not_modified(start: Message) -> Message:
    headers = [header for header in start["headers"] if header[0] not in _OF_THE_BODY]
    return {**start, "status": HTTPStatus.NOT_MODIFIED, "headers": headers}
