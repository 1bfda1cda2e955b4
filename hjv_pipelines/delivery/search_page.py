"""The search's answer as a page: `/cards?q=…&region=…`; an HSA-id leads straight to its card.

Here: the route. Not here: the search itself (`cards/search.py`) and the markup (`templates/found.html`).
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from hjv_pipelines.cards.search import Question, search_cards
from hjv_pipelines.delivery.dependencies import Connection, path_to
from hjv_pipelines.delivery.templates import page
from hjv_pipelines.failures import HjvError
from hjv_pipelines.hsa_id import hsa_id_of

router = APIRouter(include_in_schema=False)

_LONGEST_QUESTION = 100
_LONGEST_KEY = 30
_ON_A_PAGE = 25
_LAST_PAGE = 1000


@router.get("/cards")
def find_card(
    request: Request,
    connection: Connection,
    q: Annotated[str, Query(max_length=_LONGEST_QUESTION)] = "",
    region: Annotated[str, Query(max_length=_LONGEST_KEY)] = "",
    sida: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1,
) -> Response:
    """Show the cards whose unit has the words of `q`; lead to the card of an HSA-id, however it was typed."""
    try:
        return RedirectResponse(path_to(request, "card_page", hsa_id_of(q)), HTTPStatus.SEE_OTHER)
    except HjvError:
        question = Question(q, region or None)
    found = search_cards(connection, question, _ON_A_PAGE, (sida - 1) * _ON_A_PAGE)
    return page(
        request,
        "found.html",
        {
            "question": q,
            "chosen_region": region,
            "found": found,
            "number": sida,
            "first": (sida - 1) * _ON_A_PAGE + 1,
            "has_more": sida * _ON_A_PAGE < found.total,
        },
    )
