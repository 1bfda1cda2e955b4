"""The API's description for tools, `/openapi.json`: what FastAPI tells of the routes, and what it cannot know of them.

Here: who needs a token, the headers that go with a status, problems as a component, an example of every operation.
Not here: the routes' own words (theirs), the examples themselves (`examples.py`), and the page for people
(`docs_page.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from hjv_pipelines.delivery.access import INNER
from hjv_pipelines.delivery.examples import Example, examples
from hjv_pipelines.serving.problems import Problem
from hjv_pipelines.settings import Settings

Told = dict[str, Any]
"""A part of the description, as JSON has it."""

_TOKEN: Told = {"HTTPBearer": []}
_NO_TOKEN: Told = {}

_HEADERS: Mapping[str, Mapping[str, str]] = {
    "304": {"ETag": "Names the content that you have."},
    "308": {"Location": "Path of the unit, with its HSA-id as it is spelled."},
    "401": {"WWW-Authenticate": "Bearer."},
    "429": {"Retry-After": "Seconds to wait."},
    "503": {"Retry-After": "Seconds to wait."},
}
"""Headers that an answer of a status always has."""


class DescribedApi(FastAPI):
    """An application whose description is whole; `state` holds its settings and the ids of its `inner_operations`."""

    def openapi(self) -> Told:
        """Return the description, made once."""
        told: Told = super().openapi()
        if "Problem" not in told["components"]["schemas"]:
            _complete(told, self.state.settings, self.state.inner_operations)
        return told


def named_as_the_route(route: APIRoute) -> str:
    """Return an operation's id: the name of its route."""
    return route.name


def inner_operations(routers: Iterable[APIRouter]) -> set[str]:
    """Return the ids of the operations that tell what lies behind a card."""
    routes = (route for router in routers for route in router.routes if isinstance(route, APIRoute))
    return {named_as_the_route(route) for route in routes if INNER in route.dependencies}


def _complete(told: Told, settings: Settings, inner: set[str]) -> None:
    told["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    shown = examples()
    for operation in _operations(told):
        name = operation["operationId"]
        if "security" in operation:
            operation["security"] = _security(settings, is_inner=name in inner)
        for parameter in operation.get("parameters", ()):
            _leave_null_out(parameter)
        for status, answer in operation["responses"].items():
            _add_headers(status, answer)
        for example in shown.get(name, ()):
            _show(operation, example)


def _operations(told: Told) -> Iterator[Told]:
    for operations in told["paths"].values():
        yield from operations.values()


def _security(settings: Settings, *, is_inner: bool) -> list[Told]:
    """Return whether an operation needs a token. Under `auto` on loopback one may do until there is a consumer."""
    needed = settings.delivery_tokens == "everything" or (is_inner and settings.delivery_tokens != "nothing")
    return [_TOKEN] if needed else [_NO_TOKEN, _TOKEN]


def _leave_null_out(parameter: Told) -> None:
    """Let a parameter be what it can be in an address: left out, but never null."""
    schema = parameter["schema"]
    choices = [choice for choice in schema.pop("anyOf", ()) if choice != {"type": "null"}]
    for choice in choices:
        schema.update(choice)


def _add_headers(status: str, answer: Told) -> None:
    headers = {
        name: {"description": text, "required": True, "schema": {"type": "string"}}
        for name, text in _HEADERS.get(status, {}).items()
    }
    if headers:
        answer["headers"] = headers


def _show(operation: Told, example: Example) -> None:
    """Put an example where it belongs: the answer's beside its schema, the parameters' of a good answer as well."""
    operation["responses"][example.status]["content"][example.media_type]["example"] = example.answer
    for parameter in operation.get("parameters", ()):
        if example.status == "200" and parameter["name"] in example.parameters:
            parameter["example"] = example.parameters[parameter["name"]]
