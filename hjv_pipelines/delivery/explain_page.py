"""Why a card is shown or not, for editors and their support: `/cards/{hsa_id}/varfor`, in Swedish.

Here: the route, and when a change that is made now is seen. Not here: the explanation (`cards/explain.py`), its words
(`explained.py`) and the markup (`templates/explain.html`).
"""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response

from hjv_pipelines.cards.explain import ExplainedSource, Explanation, explain
from hjv_pipelines.cards.published import names_of
from hjv_pipelines.delivery.dependencies import Connection, HsaId, Now, RegionsPolicy
from hjv_pipelines.delivery.templates import page
from hjv_pipelines.reports.timetable import scheduled_imports
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.timetable import import_with

router = APIRouter(include_in_schema=False)

_NOTIFYING = frozenset({"hsa", "kka", "vaccinera"})
"""Sources that notify of changes, so that one is seen within a minute."""


@dataclass(frozen=True, slots=True)
class AskedSource:
    """A source as an editor meets it: when it last spoke of the unit, and when a change made now will be seen.

    `last` is None where it has never spoken of the unit. `seen_by` is the end of the first import (Swedish time) that
    has the change; sooner where the source `notifies`. It is off where it lacks `missing_settings`.
    """

    source: str
    last: ExplainedSource | None
    seen_by: datetime
    notifies: bool
    missing_settings: tuple[str, ...]


@router.get("/cards/{hsa_id}/varfor")
def explain_page(request: Request, hsa_id: HsaId, connection: Connection, now: Now, policy: RegionsPolicy) -> Response:
    """Show why the unit has a card or not, and what each source last said."""
    explanation = explain(connection, hsa_id, now, policy)
    return page(
        request,
        "explain.html",
        {
            "hsa_id": hsa_id,
            "name": names_of(connection, [hsa_id]).get(hsa_id),
            "explanation": explanation,
            "failed": [rule for rule in explanation.rules if not rule.passed],
            "asked": _asked(explanation, request.app.state.settings, now),
            "now": now,
        },
    )


def _asked(explanation: Explanation, settings: Settings, now: datetime) -> list[AskedSource]:
    """Return the sources that speak of the unit's region, in the timetable's order."""
    told = {source.source: source for source in explanation.sources}
    return [
        AskedSource(
            source=scheduled.row.source,
            last=told.get(scheduled.row.source),
            seen_by=import_with(scheduled.row, now),
            notifies=scheduled.row.source in _NOTIFYING,
            missing_settings=scheduled.missing,
        )
        for scheduled in scheduled_imports(settings, (), now)
        if scheduled.row.source in REGISTRATIONS
        and (explanation.region is None or explanation.region in scheduled.complete)
    ]
