"""The card as a person reads it: `/cards/{hsa_id}`, in Swedish, and what stands there where there is no card.

Here: the route, and what the page shows beside the card itself. Not here: the markup (`templates/card.html`,
`templates/hidden.html`) and sentences (`swedish.py`).
"""

import hashlib
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from hjv_pipelines.cards.declared import makers
from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.opening import OpeningStatus, status
from hjv_pipelines.cards.parts import Hours
from hjv_pipelines.cards.published import PublishedCard, card_of, names_of
from hjv_pipelines.delivery.conditional import tag_of
from hjv_pipelines.delivery.dependencies import Connection, HsaId, Now, path_to
from hjv_pipelines.delivery.provenance import sources_by_section
from hjv_pipelines.delivery.structured_data import structured_data
from hjv_pipelines.delivery.templates import page

router = APIRouter(include_in_schema=False)


@router.get("/cards/{hsa_id}")
def card_page(request: Request, hsa_id: HsaId, connection: Connection, now: Now) -> Response:
    """Show a unit's card, as it is now; its ETag names the page as it stands, so that a reader's copy serves again."""
    published = card_of(connection, hsa_id)
    if published is None or published.body is None:
        return _hidden(request, hsa_id, published)
    card = ContactCard.model_validate_json(published.body)
    shown = page(
        request,
        "card.html",
        {
            "card": card,
            "declared_sections": makers(ContactCard),
            "now": now,
            "opening": _status(card.hours.opening, now),
            "telephone_opening": _status(card.hours.telephone, now),
            "related": names_of(connection, card.related_units),
            "sources": sources_by_section(connection, card),
            "structured_data": structured_data(card, path_to(request, "card_page", hsa_id)),
        },
    )
    shown.headers["ETag"] = tag_of(hashlib.sha256(shown.body).hexdigest())
    return shown


def _hidden(request: Request, hsa_id: str, published: PublishedCard | None) -> Response:
    """Say that there is no card, and why: nothing of the unit itself is public then."""
    was_published = published is not None and published.was_published
    return page(
        request,
        "hidden.html",
        {
            "hsa_id": hsa_id,
            "withdrawn_at": published.since if published and was_published else None,
            "failed_rules": published.failed_rules if published else ["known_to_hsa"],
        },
        HTTPStatus.GONE if was_published else HTTPStatus.NOT_FOUND,
    )


def _status(hours: Hours | None, at: datetime) -> OpeningStatus | None:
    return status(hours.spans, at) if hours else None
