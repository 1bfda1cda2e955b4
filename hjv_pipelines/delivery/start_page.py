"""The start page: search, what is wrong, how the imports stand, and the nation by region.

Here: the route `/`. Of an alert it shows what kind and of what: errors hold addresses, and this page may be public.
Not here: the search's answer (`search_page.py`), and the markup (`templates/start.html`).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from hjv_pipelines.alerts.ledger import last_look, open_alerts
from hjv_pipelines.cards.published import newest_cards, newest_changes, region_figures
from hjv_pipelines.delivery.dependencies import Connection, Now
from hjv_pipelines.delivery.import_state import import_states
from hjv_pipelines.delivery.templates import page
from hjv_pipelines.regions import REGIONS

router = APIRouter(include_in_schema=False)

_NEWEST = 8

UNWATCHED_AFTER = timedelta(minutes=5)


class _RegionRow(NamedTuple):
    """A region's line in the table: how many units have a card and have none, and when a card last changed (UTC)."""

    key: str
    name: str
    visible: int
    hidden: int
    newest_change: datetime | None


@router.get("/")
def start_page(request: Request, connection: Connection, now: Now) -> Response:
    """Show the search, the timetable's state and how many cards there are in each region."""
    figures = {figure.region: figure for figure in region_figures(connection)}
    newest = newest_changes(connection)
    rows = [
        _RegionRow(
            region.key,
            region.name,
            figures[region.key].visible,
            figures[region.key].hidden,
            newest.get(region.key),
        )
        for region in REGIONS
        if region.key in figures
    ]
    return page(
        request,
        "start.html",
        {
            "now": now,
            "rows": rows,
            "visible": sum(row.visible for row in rows),
            "hidden": sum(row.hidden for row in rows),
            "newest": newest_cards(connection, _NEWEST),
            "alerts": open_alerts(connection),
            "unwatched": _is_unwatched(last_look(connection), now),
            "imports": import_states(connection, request.app.state.settings, now),
            "ui": f"http://{request.url.hostname}:{request.app.state.settings.ui_port}",
        },
    )


def _is_unwatched(looked: datetime | None, now: datetime) -> bool:
    """Tell whether it is long ago that somebody looked what is wrong: then no alert says nothing."""
    return looked is None or now - looked > UNWATCHED_AFTER
