"""What a route is given: a connection, the moment, the regions' policy, and the unit that its address names.

Here: FastAPI's dependencies. Not here: the pool (`database.py`), and where pool, clock and policy are set
(`app.py`).
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, cast

import psycopg
from fastapi import Depends, Path, Request

from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.delivery.database import Connections
from hjv_pipelines.delivery.problems import RefusalError
from hjv_pipelines.sources.hsa import values


class MovedError(Exception):
    """What was asked for stands at the path `location`."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def _connection(request: Request) -> Iterator[psycopg.Connection]:
    pool = cast("Connections", request.app.state.connections)
    with pool.connection() as connection:
        yield connection


def _now(request: Request) -> datetime:
    clock = cast("Callable[[], datetime]", request.app.state.clock)
    return clock()


def _policy(request: Request) -> Policy:
    return cast("Policy", request.app.state.policy)


def _hsa_id(
    request: Request,
    given: Annotated[str, Path(alias="hsaId", description="HSA-id", examples=["SE2321000016-1A2B"])],
) -> str:
    """Return the unit's HSA-id; another spelling of it is sent on to the one address that a card has."""
    hsa_id = values.hsa_id(given).value
    if hsa_id is None:
        raise RefusalError(
            HTTPStatus.NOT_FOUND,
            "This is not an HSA-id. One looks like SE2321000016-1A2B: SE, ten digits, a hyphen, letters or digits.",
        )
    if hsa_id != given:
        canonical = request.url_for(request.scope["route"].name, hsaId=hsa_id)
        raise MovedError(canonical.replace(query=request.url.query, scheme="", netloc="").path)
    return hsa_id


Connection = Annotated[psycopg.Connection, Depends(_connection)]
"""A connection that can read."""
Now = Annotated[datetime, Depends(_now)]
"""The moment of the request (UTC)."""
RegionsPolicy = Annotated[Policy, Depends(_policy)]
"""What the regions have chosen."""
HsaId = Annotated[str, Depends(_hsa_id)]
"""The HSA-id in the address, upper case."""
