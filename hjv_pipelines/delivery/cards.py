"""The API's cards: a unit's card, where it came from, and why it is there or not.

Here: the routes under `/v1/cards/{hsa_id}`. Not here: all cards together (`many_cards.py`), the page for people
(`card_page.py`), and what the explanation holds (`cards/explain.py`). Why a card and its provenance are two addresses
stands in docs/decisions/0004-card-and-provenance.md.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from hjv_pipelines.cards.explain import Explanation, explain
from hjv_pipelines.cards.feed import feed_reach
from hjv_pipelines.cards.history import CardHistory, card_at, history_of
from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.published import PublishedCard, card_of
from hjv_pipelines.delivery.access import INNER, Consumer, known_for_inner
from hjv_pipelines.delivery.at_once import lasting
from hjv_pipelines.delivery.conditional import CONDITIONAL, tag_of
from hjv_pipelines.delivery.dependencies import Connection, HsaId, Now, RegionsPolicy, ShortConnections, path_to
from hjv_pipelines.delivery.provenance import CardSources, card_sources
from hjv_pipelines.serving.problems import RefusalError, described

MOST_VERSIONS = 100

router = APIRouter(prefix="/v1/cards", tags=["cards"])

_MOVED: dict[int | str, dict[str, str]] = {308: {"description": "The HSA-id is spelled otherwise: go to `Location`."}}
_MISSING = _MOVED | described(
    NOT_FOUND="The unit has no card, and never had one; the problem leads to the explanation.",
    GONE="The unit's card was withdrawn; the problem says when and why.",
)


@router.get(
    "/{hsa_id}",
    dependencies=[CONDITIONAL],
    response_model=None,
    responses={
        200: {
            "model": ContactCard,
            "description": "The card, in the same bytes for as long as it says the same.",
        },
        304: {"description": "You have the card as it is."},
        **_MISSING,
    },
)
def card(
    request: Request,
    hsa_id: HsaId,
    connections: ShortConnections,
    now: Now,
    consumer: Consumer,
    at: Annotated[
        AwareDatetime | None,
        Query(description="The card as it was published then, with a time zone.", examples=["2026-03-01T12:00:00Z"]),
    ] = None,
) -> Response:
    """Return a unit's contact card, as it is or as it was at a time.

    Its ETag names its content. When each source last spoke is no part of it, and has an address of its own.
    """
    with connections.connection() as connection:
        if at is None:
            body, card_hash = _published(request, card_of(connection, hsa_id), hsa_id)
            lasting(request, hsa_id)
        else:
            known_for_inner(request, consumer, connection)
            body, card_hash = _published_at(request, connection, hsa_id, min(at, now))
    headers = {
        "ETag": tag_of(card_hash),
        "Link": f'<{path_to(request, "sources", hsa_id)}>; rel="describedby"',
    }
    return Response(body, headers=headers, media_type="application/json")


@router.get("/{hsa_id}/sources", responses=_MISSING, response_description="The sources of every section.")
def sources(request: Request, hsa_id: HsaId, connection: Connection) -> CardSources:
    """Return where each section of the card came from: source, as of when, fetched when, by which run."""
    body, _ = _published(request, card_of(connection, hsa_id), hsa_id)
    return card_sources(connection, ContactCard.model_validate_json(body))


@router.get(
    "/{hsa_id}/explain",
    name="explain",
    dependencies=[INNER],
    response_description="The explanation.",
    responses=_MOVED | described(NOT_FOUND="That is not an HSA-id."),
)
def explanation(hsa_id: HsaId, connection: Connection, now: Now, policy: RegionsPolicy) -> Explanation:
    """Return why the unit has a card or not: every rule with its value, and who can mend what fails.

    Every HSA-id has an explanation, also one that HSA does not know.
    """
    return explain(connection, hsa_id, now, policy)


@router.get(
    "/{hsa_id}/history",
    dependencies=[INNER],
    response_description="The versions, the newest first.",
    responses=_MOVED | described(NOT_FOUND="The unit never had a card; the problem leads to the explanation."),
)
def history(
    request: Request,
    hsa_id: HsaId,
    connection: Connection,
    limit: Annotated[int, Query(ge=1, le=MOST_VERSIONS, description="Versions in one answer, at most.")] = 20,
    before: Annotated[
        int | None, Query(ge=1, le=2**62, description="Position that they come before; take the last answer's `next`.")
    ] = None,
) -> CardHistory:
    """Return how the unit's card came, changed and went, with every field that differs.

    It reaches as far back as the change feed does.
    """
    told = history_of(connection, hsa_id, limit=limit, before=before)
    if not told.versions and before is None:
        raise _never_published(request, hsa_id)
    return told


def _published(request: Request, published: PublishedCard | None, hsa_id: str) -> tuple[str, str]:
    """Return the body and the content hash of a card that is published; refuse where there is none."""
    if published is not None and published.body is not None and published.card_hash is not None:
        return published.body, published.card_hash
    if published is not None and published.was_published:
        raise _withdrawn(request, hsa_id, tuple(published.failed_rules), published.since)
    raise _never_published(request, hsa_id)


def _published_at(request: Request, connection: Connection, hsa_id: str, at: datetime) -> tuple[str, str]:
    """Return the body and the content hash of a card as it was; refuse where there was none."""
    entry = card_at(connection, hsa_id, at)
    if entry is not None and entry.body is not None and entry.content_hash is not None:
        return entry.body, entry.content_hash
    if entry is not None:
        raise _withdrawn(request, hsa_id, tuple(entry.reasons), entry.at)
    why = path_to(request, "explain", hsa_id)
    if feed_reach(connection).forgotten:
        raise RefusalError(HTTPStatus.NOT_FOUND, "It is not known any more what the card was then.", explain=why)
    raise RefusalError(HTTPStatus.NOT_FOUND, "The unit had no card yet.", explain=why)


def _withdrawn(request: Request, hsa_id: str, reasons: tuple[str, ...], since: datetime) -> RefusalError:
    why = path_to(request, "explain", hsa_id)
    return RefusalError(
        HTTPStatus.GONE,
        f"The unit's card was withdrawn. {why} tells what each rule found.",
        explain=why,
        reasons=reasons,
        since=since,
    )


def _never_published(request: Request, hsa_id: str) -> RefusalError:
    why = path_to(request, "explain", hsa_id)
    return RefusalError(HTTPStatus.NOT_FOUND, f"The unit has no card. {why} tells why.", explain=why)
