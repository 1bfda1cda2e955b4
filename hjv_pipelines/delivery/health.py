"""Whether the delivery lives and can answer: for whoever supervises it.

Here: `/healthz` and `/readyz`. Not here: whether the cards are fresh, which the imports' ledger tells.
"""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from hjv_pipelines.cards.published import feed_position
from hjv_pipelines.delivery.dependencies import Connection

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process lives."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """The database answers, with the position of the last published change."""

    status: Literal["ready"] = "ready"
    feed_position: int


@router.get("/healthz", response_description="It does.")
def alive() -> Alive:
    """Tell that the process lives, whatever the database does."""
    return Alive()


@router.get("/readyz", response_description="They can.")
def ready(connection: Connection) -> Ready:
    """Tell that cards can be read."""
    return Ready(feed_position=feed_position(connection))
