"""The start page: the nation by region, the newest cards, and a way to a card for who knows its HSA-id.

Here: the routes `/` and `/cards`. Not here: the markup (`templates/start.html`).
"""

from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from hjv_pipelines.cards.published import newest_cards, region_figures
from hjv_pipelines.delivery.dependencies import Connection, path_to
from hjv_pipelines.delivery.templates import page
from hjv_pipelines.failures import HjvError
from hjv_pipelines.hsa_id import hsa_id_of
from hjv_pipelines.regions import REGIONS

router = APIRouter(include_in_schema=False)

_LONGEST_QUESTION = 100
_NEWEST = 10


class _RegionRow(NamedTuple):
    """A region's line in the table: its name, and how many units have a card and have none."""

    name: str
    visible: int
    hidden: int


@router.get("/")
def start_page(request: Request, connection: Connection) -> Response:
    """Show how many cards there are in each region, and the search."""
    return _start(request, connection)


@router.get("/cards")
def find_card(
    request: Request,
    connection: Connection,
    hsa_id: Annotated[str, Query(max_length=_LONGEST_QUESTION)] = "",
) -> Response:
    """Lead to the card of an HSA-id, in whatever case and with whatever blanks it was typed."""
    try:
        return RedirectResponse(path_to(request, "card_page", hsa_id_of(hsa_id)), HTTPStatus.SEE_OTHER)
    except HjvError:
        return _start(request, connection, misspelt=hsa_id, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _start(
    request: Request, connection: Connection, *, misspelt: str | None = None, status: int = HTTPStatus.OK
) -> Response:
    figures = {figure.region: figure for figure in region_figures(connection)}
    rows = [
        _RegionRow(region.name, figures[region.key].visible, figures[region.key].hidden)
        for region in REGIONS
        if region.key in figures
    ]
    return page(
        request,
        "start.html",
        {
            "rows": rows,
            "visible": sum(row.visible for row in rows),
            "hidden": sum(row.hidden for row in rows),
            "misspelt": misspelt,
            "newest": newest_cards(connection, _NEWEST),
            "ui": f"http://{request.url.hostname}:{request.app.state.ui_port}",
        },
        status,
    )
