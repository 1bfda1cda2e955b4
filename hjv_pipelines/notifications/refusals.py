"""What becomes of a notification that is not accepted: a problem that tells its sender what to do.

Here: from exceptions to answers. Not here: the problem itself (`serving/problems.py`).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import psycopg
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from hjv_pipelines.logs.about import about
from hjv_pipelines.notifications import SOURCES
from hjv_pipelines.notifications.message import MessageError, NoJsonError
from hjv_pipelines.notifications.signature import HEADER, SignatureError
from hjv_pipelines.serving.middleware import COMMON_HEADERS
from hjv_pipelines.serving.problems import problem_answer
from hjv_pipelines.store.inbox.arrivals import AlreadyToldError

logger = logging.getLogger(__name__)

_RETRY_AFTER = {"Retry-After": "5"}

Handler = Callable[[Request, Exception], Awaitable[Response]]


def _answering(status: HTTPStatus, detail: str | None = None, headers: Mapping[str, str] | None = None) -> Handler:
    """Return what answers with `status`, and with `detail` or the error's own words."""

    async def answer(request: Request, error: Exception) -> Response:
        _log(request, status, error)
        return problem_answer(request, HTTPException(status, detail or str(error), headers))

    return answer


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  as registered below
    _log(request, error.status_code, error)
    return problem_answer(request, error)


def _log(request: Request, status: int, error: Exception) -> None:
    """Say that a notification was refused; not with the error's words, which may repeat what was sent."""
    source = request.path_params.get("source")
    if source in SOURCES:
        with about(source=source):
            logger.warning("Refused with %d: %s.", status, type(error).__name__)


_UNAVAILABLE = _answering(
    HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer, or is not set up yet. Send it again.", _RETRY_AFTER
)

REFUSALS: Mapping[Any, Handler] = {
    HTTPException: _refused,
    SignatureError: _answering(HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": HEADER}),
    NoJsonError: _answering(HTTPStatus.BAD_REQUEST),
    MessageError: _answering(HTTPStatus.UNPROCESSABLE_ENTITY),
    AlreadyToldError: _answering(HTTPStatus.CONFLICT),
    ClientDisconnect: _answering(HTTPStatus.BAD_REQUEST, "The body ends too early."),
    psycopg.OperationalError: _UNAVAILABLE,
    psycopg.errors.UndefinedTable: _UNAVAILABLE,
    # The server logs the error; no middleware is passed.
    Exception: _answering(
        HTTPStatus.INTERNAL_SERVER_ERROR, "The receiver failed; the error stands in its log.", dict(COMMON_HEADERS)
    ),
}
"""Each failure's answer."""
