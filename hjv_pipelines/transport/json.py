"""Questions answered in JSON: a GET, sent again while that may help, and what its answer says.

Here: bytes of the wire to lists and mappings. Not here: what they mean; each source reads its own.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from http import HTTPStatus

import httpx
import orjson

from hjv_pipelines.transport.addresses import address
from hjv_pipelines.transport.http import Bounds, ask
from hjv_pipelines.transport.pace import Turn
from hjv_pipelines.transport.patience import PATIENCE, Patience
from hjv_pipelines.transport.wire_failures import wire_failures
from hjv_pipelines.transport.xml import UnreadableError

BOUNDS = Bounds(max_bytes=64 * 1024 * 1024, seconds=120)
"""What an answer may be unless its source says otherwise."""


def get_json(
    http: httpx.Client,
    url: str,
    what: str,
    *,
    query: Mapping[str, str] | None = None,
    turn: Turn = nullcontext,
    patience: Patience = PATIENCE,
    bounds: Bounds = BOUNDS,
) -> object:
    """Return what stands at `url`, as lists, mappings, texts, numbers, booleans and None.

    `what` says what is asked ("the patient survey"); each request has a `turn`, repeated ones too.
    Raises `TransientError` once the tries are used up, also for an answer that is no JSON; `PermanentError` at once.
    """
    asked = f"{what} at {address(url)}"

    def ask_once() -> object:
        with wire_failures(asked):
            request = http.build_request("GET", url, params=query, headers={"Accept": "application/json"})
        with turn(), ask(http, request, asked, bounds) as answer:
            if answer.status != HTTPStatus.OK:
                raise answer.failure()
            return read_json(answer.read(), asked)

    return patience.ask(ask_once)


def read_json(content: bytes, what: str) -> object:
    """Return what `content` says. Raises `UnreadableError` for half an answer, none, or another server's page."""
    if not content:
        raise UnreadableError(f"{what}: a reply of no bytes at all. Trying again may help.")
    try:
        said: object = orjson.loads(content)
        # What it cannot write again is nested deeper (254 levels) than anybody means, and than our stack goes.
        orjson.dumps(said)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
        raise UnreadableError(f"{what}: the answer is not JSON ({error}). Trying again may help.") from error
    return said
