"""KKA's unit register over HTTP: `GET /v1/kka/units`, which KKA reads at 11:30, 15:30 and 23:30.

Here: the route and the form of its answer. Not here: the queries (`cards/registered.py`), and who is in the register
(`cards/register.py`). KKA's real interface is not public: what is assumed stands in docs/contracts.md.
"""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from hjv_pipelines.canonical import canonical_json, content_hash
from hjv_pipelines.cards.registered import RegisteredUnit, new_units, register_state, registered_units
from hjv_pipelines.delivery.access import INNER
from hjv_pipelines.delivery.conditional import CONDITIONAL, tag_of
from hjv_pipelines.delivery.dependencies import Connection, RegionKey
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.serving.problems import described

router = APIRouter(prefix="/v1/kka", tags=["kka"], dependencies=[INNER])

MOST_UNITS = 1000


class UnitsPage(BaseModel):
    """Some units of the register, in the order of their HSA-ids."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    as_of: datetime | None
    """Of which state of HSA the register is (UTC), by the oldest of the regions; null before the first register."""
    made_at: datetime | None
    """When it was made (UTC), by the oldest of the regions. A register made again of the same state is the same."""
    units: list[RegisteredUnit]
    """The units."""
    next: str | None
    """Path of the next page; null on the last one."""


@router.get(
    "/units",
    dependencies=[CONDITIONAL],
    response_model=None,
    responses={
        200: {"model": UnitsPage, "description": "A page of the register."},
        304: {"description": "You have the page as it is."},
        **described(UNPROCESSABLE_ENTITY="There is no such region, or a parameter cannot be read."),
    },
)
def units(
    request: Request,
    region: RegionKey,
    connection: Connection,
    *,
    cursor: Annotated[
        str, Query(max_length=100, pattern="^[0-9A-Z-]*$", description="From the page before; take its `next`.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_UNITS, description="Units on a page, at most.")] = 500,
    new: Annotated[bool, Query(description="Only those that the newest register of their region brought.")] = False,
) -> Response:
    """Return the units that editors may administer in KKA, of all regions or of one.

    A unit is in it whether it has a card yet or not; `failed_rules` say what keeps it from having one. A unit that is
    not in the pages any more cannot be administered any more. The ETag names the page's content.
    """
    regions = REGION_KEYS if region is None else (region,)
    read = new_units if new else registered_units
    found = read(connection, regions, after=cursor, limit=limit + 1)
    state, shown = register_state(connection, regions), found[:limit]
    query = {"region": region, "new": "true" if new else None, "cursor": shown[-1].hsa_id if shown else ""}
    page = UnitsPage(
        as_of=state.as_of,
        made_at=state.made_at,
        units=shown,
        next=_path(request, query | {"limit": str(limit)}) if len(found) > limit else None,
    )
    body = canonical_json(page)
    return Response(body, headers={"ETag": tag_of(content_hash(body))}, media_type="application/json")


def _path(request: Request, query: dict[str, str | None]) -> str:
    return f"{request.url.path}?{urlencode({name: value for name, value in query.items() if value is not None})}"
