"""The card's JSON Schema: `GET /v1/schema/card`.

Here: the route. Not here: the schema and its versions (`cards/schema.py`).
"""

from functools import cache

import orjson
from fastapi import APIRouter, Response

from hjv_pipelines.cards.schema import card_schema

router = APIRouter(prefix="/v1/schema", tags=["schema"])

SCHEMA_JSON = "application/schema+json"


@router.get(
    "/card",
    response_model=None,
    responses={200: {"description": "The schema.", "content": {SCHEMA_JSON: {"schema": {"type": "object"}}}}},
)
def schema() -> Response:
    """Return the JSON Schema of a card, in its newest version; fields may come, and never go or change their type."""
    return Response(_body(), media_type=SCHEMA_JSON)


@cache
def _body() -> bytes:
    return orjson.dumps(card_schema(), option=orjson.OPT_INDENT_2)
