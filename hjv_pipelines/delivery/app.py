"""The delivery as an ASGI application: `uvicorn --factory hjv_pipelines.delivery.app:create_app`.

Here: how its parts are put together. Not here: any route.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp

from hjv_pipelines.cards.visibility import policy_of
from hjv_pipelines.delivery import (
    card_page,
    cards,
    changes,
    docs_page,
    explain_page,
    findings,
    health,
    kka,
    many_cards,
    schema,
    search,
    search_page,
    start_page,
)
from hjv_pipelines.delivery.access import COUNTED, INNER, OUTER
from hjv_pipelines.delivery.at_once import AtOnce
from hjv_pipelines.delivery.bell import listening
from hjv_pipelines.delivery.conditional import Conditional
from hjv_pipelines.delivery.database import connections, stream_connections
from hjv_pipelines.delivery.memory import Memory
from hjv_pipelines.delivery.openapi import DescribedApi, inner_operations, named_as_the_route
from hjv_pipelines.delivery.porter import Porter
from hjv_pipelines.delivery.refusals import add_refusals
from hjv_pipelines.serving.middleware import CommonHeaders, HeadAsGet
from hjv_pipelines.serving.pauses import short_pauses
from hjv_pipelines.serving.problems import described
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import database
from hjv_pipelines.watching.exporting import metrics_route, registry_of
from hjv_pipelines.watching.requests import RequestCounter

DESCRIPTION = "Sweden's contact cards (kontaktkort): one for each care unit that is shown to the public."


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] = _utc_now) -> ASGIApp:
    """Return what is served; its settings are the environment's where none are given.

    What is known by heart is given before the routes are asked, and before all that FastAPI does for each request.
    """
    api = create_api(settings or Settings(), clock)
    known = Conditional(AtOnce(api, api.state.memory, api.state.porter))
    return HeadAsGet(RequestCounter(known, api.state.registry))


def create_api(settings: Settings, clock: Callable[[], datetime] = _utc_now) -> FastAPI:
    """Return the routes."""
    parts = (many_cards, cards, changes, search, schema, kka, findings)
    app = DescribedApi(
        title="Kontaktkort",
        version="1",
        description=DESCRIPTION,
        lifespan=_lifespan(settings),
        docs_url=None,
        redoc_url=None,
        max_body_size=0,
        generate_unique_id_function=named_as_the_route,
        responses=described(
            UNAUTHORIZED="A token is needed, or the one that was sent is nobody's.",
            UNPROCESSABLE_ENTITY="A parameter cannot be read.",
            TOO_MANY_REQUESTS="Too many requests; `Retry-After` says when to ask again.",
            SERVICE_UNAVAILABLE="The database does not answer; try again.",
        ),
    )
    app.state.clock = clock
    app.state.policy = policy_of(settings)
    app.state.settings = settings
    app.state.memory = Memory()
    app.state.porter = Porter(settings, app.state.memory)
    app.state.inner_operations = inner_operations(part.router for part in parts)
    for part in parts:
        app.include_router(part.router, dependencies=[OUTER])
    for part in (start_page, search_page, card_page, docs_page):
        app.include_router(part.router, dependencies=[COUNTED])
    app.include_router(explain_page.router, dependencies=[INNER])
    app.include_router(health.router)
    app.mount("/static", StaticFiles(packages=[("hjv_pipelines.delivery", "static")]), name="static")
    app.state.registry = registry_of(settings, lambda: app.state.connections, clock)
    app.add_route("/metrics", metrics_route(settings, app.state.registry), include_in_schema=False)
    app.add_middleware(CommonHeaders)
    add_refusals(app)
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with database(settings) as url, connections(url) as short, stream_connections(url) as long:
            app.state.connections = short
            app.state.stream_connections = long
            async with listening(url, app.state.memory) as app.state.bell:
                with short_pauses():
                    yield

    return lifespan
