"""The API's documentation as a page: `/docs`, made of the OpenAPI description and the card's model.

Here: the route. Not here: the markup (`templates/docs.html`). FastAPI's own page fetches scripts from abroad;
this one needs neither scripts nor a network. Tools read `/openapi.json`.
"""

from fastapi import APIRouter, Request, Response

from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.provenance import card_fields
from hjv_pipelines.delivery.templates import page

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def docs_page(request: Request) -> Response:
    """Show every operation of the API, and every field of the card with where it comes from."""
    return page(request, "docs.html", {"api": request.app.openapi(), "fields": card_fields(ContactCard)})
