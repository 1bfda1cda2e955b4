"""What becomes of a request that fails: a problem for programs, a page for people.

Here: from exceptions to answers. Not here: the problem (`serving/problems.py`), the page (`templates/refused.html`).
"""

import logging
from http import HTTPStatus

import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from hjv_pipelines.delivery.dependencies import MovedError
from hjv_pipelines.delivery.templates import page
from hjv_pipelines.logs.about import about
from hjv_pipelines.serving.middleware import COMMON_HEADERS
from hjv_pipelines.serving.problems import problem_answer

logger = logging.getLogger(__name__)

_FOR_PROGRAMS = ("/v1/", "/healthz", "/readyz")
_RETRY_AFTER_SECONDS = "5"


def add_refusals(app: FastAPI) -> None:
    """Let every failure of `app` become an answer that its asker can read."""
    app.exception_handler(MovedError)(_moved)
    app.exception_handler(HTTPException)(_refused)
    app.exception_handler(RequestValidationError)(_misput)
    app.exception_handler(psycopg.OperationalError)(_unavailable)
    app.exception_handler(psycopg.errors.UndefinedTable)(_unavailable)
    app.exception_handler(Exception)(_failed)


def _moved(_request: Request, error: MovedError) -> Response:
    return RedirectResponse(error.location, HTTPStatus.PERMANENT_REDIRECT)


def _refused(request: Request, error: HTTPException) -> Response:
    if request.url.path.startswith(_FOR_PROGRAMS):
        return problem_answer(request, error)
    return page(request, "refused.html", {"status": error.status_code}, error.status_code, error.headers)


def _misput(request: Request, error: RequestValidationError) -> Response:
    told = "; ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors())
    return _refused(request, HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, told))


def _unavailable(request: Request, _error: psycopg.Error) -> Response:
    detail = "The database does not answer, or is not set up yet. Try again in a while; /readyz tells when."
    headers = {"Retry-After": _RETRY_AFTER_SECONDS}
    return _refused(request, HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers))


def _failed(request: Request, _error: Exception) -> Response:
    """Answer where the application itself is at fault. The server logs the error; no middleware is passed."""
    with about(unit=request.path_params.get("hsa_id")):
        logger.error("%s %s fails by the error that follows.", request.method, request.url.path)
    detail = "The delivery failed; the error stands in its log."
    return _refused(request, HTTPException(HTTPStatus.INTERNAL_SERVER_ERROR, detail, dict(COMMON_HEADERS)))
