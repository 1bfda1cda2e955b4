"""Who may ask, and how often: tokens of consumers, and a bound on requests for each of them.

Public are the pages, the cards, their stream, their feed and the search: what is on a card is for everybody. A token
is needed for what lies behind a card: `explain`, its history, what it was at a time, KKA's register. Where that holds
is a setting (`HJV_DELIVERY_TOKENS`, docs/delivery.md). Here: dependencies of routes. Not here: the tokens themselves
(`store/consumers.py`), and counting (`porter.py`).
"""

from http import HTTPStatus
from ipaddress import ip_address
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from hjv_pipelines.delivery.dependencies import Connection, KnownByHeart, ShortConnections
from hjv_pipelines.delivery.porter import Porter
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.consumers import consumer_of, has_consumers, hash_of

_LONGEST_TOKEN = 200
_CHALLENGE = {"WWW-Authenticate": "Bearer"}

_bearer = HTTPBearer(auto_error=False, description="A consumer's token, from `hjv consumer add NAME`.")

Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def _consumer(
    request: Request, connections: ShortConnections, memory: KnownByHeart, credentials: Credentials
) -> str | None:
    """Return the name of the consumer that asks, None for the public; bound how often. A bad token is refused."""
    token, looks = credentials.credentials if credentials else None, memory.looks
    name = await run_in_threadpool(_recognised, connections, token) if token else None
    _bound(request, name)
    if token and name is not None:
        memory.keep_consumer(hash_of(token), name, looks)
    if token and name is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "Nobody's token, or a revoked one.", _CHALLENGE)
    return name


Consumer = Annotated[str | None, Depends(_consumer)]
"""The consumer that asks; None for the public."""


async def known_everywhere(request: Request, consumer: Consumer) -> None:
    """Let through: with a token where the setting asks for one of everybody, else all."""
    if _settings(request).delivery_tokens == "everything" and consumer is None:
        raise _token_needed()


def known_for_inner(request: Request, consumer: Consumer, connection: Connection) -> None:
    """Let through to what lies behind a card: with a token, unless the setting gives it to all."""
    if consumer is None and _inner_is_closed(request, connection):
        raise _token_needed()


COUNTED = Depends(_consumer)
"""For pages, which are public: they are counted, and that is all."""
OUTER = Depends(known_everywhere)
"""For routes of the API that are public unless the setting says otherwise."""
INNER = Depends(known_for_inner)
"""For routes that tell what lies behind a card."""


def _inner_is_closed(request: Request, connection: Connection) -> bool:
    chosen = _settings(request).delivery_tokens
    if chosen != "auto":
        return chosen != "nothing"
    if not (_is_loopback(_settings(request).host) and _is_loopback(_address(request))):
        return True
    return has_consumers(connection)


def _token_needed() -> HTTPException:
    detail = "A token is needed: send it as `Authorization: Bearer …`. `hjv consumer add NAME` makes one."
    return HTTPException(HTTPStatus.UNAUTHORIZED, detail, _CHALLENGE)


def _recognised(connections: ShortConnections, token: str) -> str | None:
    if len(token) > _LONGEST_TOKEN:
        return None
    with connections.connection() as connection:
        return consumer_of(connection, token)


def _bound(request: Request, consumer: str | None) -> None:
    """Count the request. Raises HTTP 429 with the wait once there were too many."""
    porter, address = _porter(request), _address(request)
    if not porter.counts(consumer, address):
        wait = porter.seconds_to_wait(consumer, address)
        detail = f"More than {porter.most_a_minute} requests a minute. Ask again in {wait} seconds."
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, detail, {"Retry-After": str(wait)})


def _porter(request: Request) -> Porter:
    return cast("Porter", request.app.state.porter)


def _settings(request: Request) -> Settings:
    return cast("Settings", request.app.state.settings)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _is_loopback(host: str) -> bool:
    """Tell whether an address is this machine's own; a proxy on it passes on the address of who asked."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
