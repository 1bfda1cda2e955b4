"""Findings over HTTP: `GET /v1/findings`, for those who mend what the sources say.

Here: the route and the form of its answer. Not here: the queries (`store/open_findings.py`).
"""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict

from hjv_pipelines.delivery.access import INNER
from hjv_pipelines.delivery.dependencies import Connection, RegionKey
from hjv_pipelines.serving.problems import described
from hjv_pipelines.store.open_findings import Choice, page_of_findings

router = APIRouter(prefix="/v1/findings", tags=["findings"], dependencies=[INNER])

MOST_FINDINGS = 1000


class ToldFinding(BaseModel):
    """A value that was dropped or noted, a record that was refused, or what sources disagree about."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    source: str
    """Source that says it; `cards` for what several disagree about."""
    region: str
    """Key of the region, such as 12-skane."""
    hsa_id: str
    """Unit; empty where a refused record names none."""
    field: str
    """The source's own name of the value."""
    rule: str
    """Rule that it breaks."""
    value: str
    """The value as it stood, at most 200 characters."""
    mend: str
    """Who can mend it, and how."""
    place: str
    """Where in the input a refused record stood."""
    refused: bool
    """Whether the whole record was left out."""
    times: int
    """How many answers showed it."""
    first_seen: AwareDatetime
    """Since when, by the source's clock."""
    last_seen: AwareDatetime
    """When it was last seen, by the source's clock."""


class FindingsPage(BaseModel):
    """Some findings, the longest known first."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    findings: list[ToldFinding]
    """The findings: what is wrong now."""
    next: str | None
    """Path of the next page; null on the last one."""


@router.get("", responses={**described(UNPROCESSABLE_ENTITY="There is no such region, or a parameter cannot be read.")})
def findings(
    request: Request,
    region: RegionKey,
    connection: Connection,
    *,
    source: Annotated[str | None, Query(max_length=40, description="A source, such as hsa.")] = None,
    rule: Annotated[str | None, Query(max_length=60, description="A rule, such as time_span_syntax.")] = None,
    cursor: Annotated[int, Query(ge=0, le=2**62, description="From the page before; take its `next`.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_FINDINGS, description="Findings on a page, at most.")] = 500,
) -> FindingsPage:
    """Return what is wrong now with what the sources say; a finding is gone once its source is mended."""
    choice = Choice(
        regions=(region,) if region else (), sources=(source,) if source else (), rules=(rule,) if rule else ()
    )
    found = page_of_findings(connection, choice, after=cursor, limit=limit + 1)
    shown = found[:limit]
    return FindingsPage(
        findings=[ToldFinding.model_validate(one) for one in shown],
        next=_path(request, region, source, rule, cursor=shown[-1].finding_id, limit=limit)
        if len(found) > limit
        else None,
    )


def _path(
    request: Request, region: str | None, source: str | None, rule: str | None, *, cursor: int, limit: int
) -> str:
    query = {"region": region, "source": source, "rule": rule, "cursor": cursor, "limit": limit}
    return f"{request.url.path}?{urlencode({name: value for name, value in query.items() if value is not None})}"
