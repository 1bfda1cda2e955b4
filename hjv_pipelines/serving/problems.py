"""What a server says when it cannot give what was asked: problem details (RFC 9457).

Here: the problem, the exception that carries one, its answer and its description in OpenAPI. Not here: which
failures become which problem, and what a person sees instead (`delivery/refusals.py`).
"""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

PROBLEM_JSON = "application/problem+json"


class Problem(BaseModel):
    """Why a request was not answered as asked. `type` is `about:blank`: the status says what kind it is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    type: str = "about:blank"
    """Kind of problem."""
    title: str = Field(examples=["Not Found"])
    """The status in words."""
    status: int
    """HTTP status."""
    detail: str
    """What is wrong, and what to do."""
    instance: str
    """Path that was asked for."""
    explain: str | None = None
    """Path of the explanation why the unit has no card."""
    reasons: tuple[str, ...] = ()
    """Visibility rules that the unit fails, of a withdrawn card."""
    since: datetime | None = None
    """When the card was withdrawn (UTC)."""
    start_over: str | None = None
    """Path of the stream of all cards, for a copy that the change feed cannot bring up to date."""


class RefusalError(HTTPException):
    """A request that is refused: `detail` says what is wrong and what to do; the rest is the problem's."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        explain: str | None = None,
        reasons: tuple[str, ...] = (),
        since: datetime | None = None,
        start_over: str | None = None,
    ) -> None:
        super().__init__(status, detail)
        self.explain = explain
        self.reasons = reasons
        self.since = since
        self.start_over = start_over


def problem_answer(request: Request, refusal: HTTPException) -> Response:
    """Return a refusal as problem details."""
    problem = Problem(
        title=HTTPStatus(refusal.status_code).phrase,
        status=refusal.status_code,
        detail=refusal.detail,
        instance=request.url.path,
        **_own_members(refusal),
    )
    body = problem.model_dump_json(exclude_defaults=True, exclude={"type"})
    return Response(body, refusal.status_code, refusal.headers, PROBLEM_JSON)


def described(**answers: str) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI's description of problems: `described(NOT_FOUND="There is no card.")`.

    The description as a whole must hold `Problem` as a component.
    """
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        HTTPStatus[name].value: {"description": text, "content": {PROBLEM_JSON: {"schema": schema}}}
        for name, text in answers.items()
    }


def _own_members(refusal: HTTPException) -> dict[str, Any]:
    if not isinstance(refusal, RefusalError):
        return {}
    names = ("explain", "reasons", "since", "start_over")
    return {name: getattr(refusal, name) for name in names}
