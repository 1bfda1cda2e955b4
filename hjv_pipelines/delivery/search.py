"""The API's search: `GET /v1/search`, cards by name, place, kind and distance.

Here: the route and the form of its answer. Not here: the search itself (`cards/search.py`) and its page
(`search_page.py`).
"""

import re
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from hjv_pipelines.cards.search import LARGEST_PAGE, Near, Question, search_cards
from hjv_pipelines.delivery.dependencies import Connection, RegionKey, path_to
from hjv_pipelines.serving.problems import RefusalError, described

router = APIRouter(prefix="/v1", tags=["search"])

_LAST_OFFSET = 20_000
_NEAR = re.compile(
    r"(-?(?:[0-8]?[0-9](?:\.[0-9]{1,12})?|90)),(-?(?:(?:1[0-7]|[0-9])?[0-9](?:\.[0-9]{1,12})?|180))", re.ASCII
)
"""Degrees of latitude and longitude, `59.33,18.06`."""


class FoundUnit(BaseModel):
    """A unit that has a card and is what was asked for."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    hsa_id: str
    """HSA-id of the unit."""
    card: str
    """Path of its card."""
    region: str
    """Region that it lies in, such as 12-skane."""
    name: str
    """Name on its card."""
    kinds: list[str]
    """What its kinds (Enhetstyp) are called."""
    municipality: str | None
    """What its municipality is called."""
    care: list[str]
    """What it does or offers that `q` or `kind` asks for, by name."""
    kilometres: float | None
    """How far it lies from `near`, as the crow flies; null where that was not asked."""


class SearchPage(BaseModel):
    """A page of what was found, the best first; with `near`, the nearest first."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    total: int
    """How many units there are in all."""
    units: list[FoundUnit]
    """The units."""
    next: str | None
    """Path of the next page; null on the last one."""


@router.get(
    "/search",
    response_description="A page of what was found.",
    responses=described(UNPROCESSABLE_ENTITY="There is no such region, or a parameter cannot be read."),
)
def search(
    request: Request,
    connection: Connection,
    region: RegionKey,
    q: Annotated[
        str, Query(max_length=100, description="Words of the name, the place, the kind, the care or the HSA-id.")
    ] = "",
    municipality: Annotated[
        str | None, Query(pattern="^[0-9]{4}$", description="Municipality, four digits.", examples=["0180"])
    ] = None,
    kind: Annotated[
        str | None,
        Query(
            pattern="^[0-9A-Za-z_]{1,40}$",
            description="Code of Enhetstyp (02 is Vårdcentral), a verksamhetskod (1506), or a code of what is offered.",
            examples=["02"],
        ),
    ] = None,
    near: Annotated[
        str | None,
        Query(
            max_length=50,
            description="Latitude,longitude (WGS84).",
            examples=["59.33,18.06"],
            json_schema_extra={"pattern": f"^{_NEAR.pattern}$"},
        ),
    ] = None,
    within: Annotated[float, Query(gt=0, le=2000, description="Kilometres from `near`, at most.")] = 50,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Units on a page, at most.")] = 20,
    cursor: Annotated[int, Query(ge=0, le=_LAST_OFFSET, description="From the page before; take its `next`.")] = 0,
) -> SearchPage:
    """Return the units whose cards have all words of `q`, and are where and what is asked for."""
    place = None if near is None else _place(near, within)
    found = search_cards(connection, Question(q, region, kind, municipality, place), limit, cursor)
    following = cursor + limit
    query = {name: value for name, value in request.query_params.items() if name != "cursor"}
    return SearchPage(
        total=found.total,
        units=[
            FoundUnit(
                hsa_id=card.hsa_id,
                card=path_to(request, "card", card.hsa_id),
                region=card.region,
                name=card.name,
                kinds=card.kinds,
                municipality=card.municipality,
                care=card.care,
                kilometres=None if card.kilometres is None else round(card.kilometres, 3),
            )
            for card in found.cards
        ],
        next=f"{request.url.path}?{urlencode({**query, 'cursor': following})}" if following < found.total else None,
    )


def _place(near: str, within: float) -> Near:
    """Read `59.33,18.06`."""
    read = _NEAR.fullmatch(near)
    if read is None:
        raise RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, "near: latitude,longitude in degrees, such as 59.33,18.06.")
    return Near(float(read[1]), float(read[2]), within)
