"""What a route is given: a connection, the moment, the regions' policy, and the unit that its address names.

Here: FastAPI's dependencies; those that wait for nothing are coroutines, since FastAPI gives each plain function a
thread. Not here: the pool (`database.py`), and where pool, clock and policy are set (`app.py`).
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, cast

import psycopg
from fastapi import Depends, Path, Query, Request

from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.delivery.bell import Bell
from hjv_pipelines.delivery.memory import Memory
from hjv_pipelines.failures import HjvError
from hjv_pipelines.hsa_id import HSA_ID, hsa_id_of
from hjv_pipelines.regions import REGION_NAMES
from hjv_pipelines.regions import region as region_named
from hjv_pipelines.serving.pool import Connections
from hjv_pipelines.serving.problems import RefusalError


class MovedError(Exception):
    """What was asked for stands at the path `location`."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def path_to(request: Request, route: str, hsa_id: str) -> str:
    """Return the path of what the route named `route` tells of a unit."""
    return request.url_for(route, hsa_id=hsa_id).path


async def _short_connections(request: Request) -> Connections:
    return cast("Connections", request.app.state.connections)


async def _stream_connections(request: Request) -> Connections:
    return cast("Connections", request.app.state.stream_connections)


async def _bell(request: Request) -> Bell:
    return cast("Bell", request.app.state.bell)


async def _memory(request: Request) -> Memory:
    return cast("Memory", request.app.state.memory)


def _connection(pool: Annotated[Connections, Depends(_short_connections)]) -> Iterator[psycopg.Connection]:
    with pool.connection() as connection:
        yield connection


async def _now(request: Request) -> datetime:
    clock = cast("Callable[[], datetime]", request.app.state.clock)
    return clock()


async def _policy(request: Request) -> Policy:
    return cast("Policy", request.app.state.policy)


async def _hsa_id(
    request: Request,
    hsa_id: Annotated[
        str,
        Path(
            description="HSA-id",
            examples=["SE2321000016-1A2B"],
            # Told, not checked: another spelling is sent on, and what is no HSA-id is no unit's address.
            json_schema_extra={"pattern": f"^{HSA_ID.pattern}$"},
        ),
    ],
) -> str:
    """Return the unit's HSA-id; another spelling of it is sent on to the one address that a card has."""
    try:
        normal = hsa_id_of(hsa_id)
    except HjvError as error:
        raise RefusalError(HTTPStatus.NOT_FOUND, str(error)) from error
    if normal != hsa_id:
        raise MovedError(path_to(request, request.scope["route"].name, normal))
    return normal


async def _region(
    region: Annotated[
        str | None,
        Query(
            max_length=40,
            description="Region: 12 or 12-skane; all where it is left out.",
            json_schema_extra={"enum": list(REGION_NAMES)},
        ),
    ] = None,
) -> str | None:
    """Return the key of the region that was asked for."""
    try:
        return region_named(region).key if region is not None else None
    except HjvError as error:
        raise RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error


ShortConnections = Annotated[Connections, Depends(_short_connections)]
"""The pool of connections for short answers, for routes that must not hold one all along."""
StreamConnections = Annotated[Connections, Depends(_stream_connections)]
"""The pool of connections for streams."""
FeedBell = Annotated[Bell, Depends(_bell)]
"""What rings when a publication commits."""
KnownByHeart = Annotated[Memory, Depends(_memory)]
"""What this process knows by heart."""
Connection = Annotated[psycopg.Connection, Depends(_connection)]
"""A connection that can read."""
Now = Annotated[datetime, Depends(_now)]
"""The moment of the request (UTC)."""
RegionsPolicy = Annotated[Policy, Depends(_policy)]
"""What the regions have chosen."""
HsaId = Annotated[str, Depends(_hsa_id)]
"""The HSA-id in the address, upper case."""
RegionKey = Annotated[str | None, Depends(_region)]
"""The region that is asked for, such as 12-skane; None for all."""
