"""The systems outside: where the lineage begins and where it ends.

Here: assets without computation, one for each system that is read and each that reads the cards. Not here:
anything that runs.
See https://docs.dagster.io/guides/build/assets/external-assets
"""

from collections.abc import Iterable

import dagster as dg

from hjv_pipelines.cards.register import REGISTER
from hjv_pipelines.orchestration.presentation import (
    CONSUMERS,
    CONTACT_CARDS,
    DELIVERY,
    FINDING_REPORTS,
    OWNERS,
    UPSTREAM,
    presentation,
)
from hjv_pipelines.settings import Settings
from hjv_pipelines.timetable import TimetableRow

DELIVERY_API = "card_api"


def upstream_systems(timetable: Iterable[TimetableRow]) -> list[dg.AssetSpec]:
    """Return the systems that the sources are read from."""
    return [_system(row.source) for row in timetable]


def delivery(settings: Settings) -> dg.AssetSpec:
    """Return our delivery, which serves what is published."""
    return dg.AssetSpec(
        DELIVERY_API,
        deps=[CONTACT_CARDS, REGISTER],
        description=(
            "The delivery: published cards over HTTP, the feed of changes, the card pages, and KKA's unit register."
        ),
        metadata={"url": dg.MetadataValue.url(f"http://{settings.host}:{settings.delivery_port}/docs")},
        group_name=DELIVERY,
        owners=OWNERS,
        kinds={"fastapi"},
        tags={"hjv/room": "delivery"},
    )


def consumers() -> list[dg.AssetSpec]:
    """Return who reads what we deliver."""
    return [
        _consumer(
            "web_platform",
            DELIVERY_API,
            "The web platform of 1177 (PWT), which shows the cards in Hitta vård.",
            kind="web",
            url="https://www.1177.se/hitta-vard/",
        ),
        _consumer(
            "kka_editors",
            DELIVERY_API,
            "Kontaktkortsadmin, which reads the unit register three times a day: only its units can be edited there.",
            kind="json",
            url="https://kka.1177.se",
        ),
        _consumer(
            "region_administrators",
            FINDING_REPORTS,
            "The regions' HSA administrators, who get their region's report of findings and mend what it names.",
            kind="html",
        ),
    ]


def _consumer(name: str, reads: str, description: str, *, kind: str, url: str | None = None) -> dg.AssetSpec:
    return dg.AssetSpec(
        name,
        deps=[reads],
        description=description,
        metadata={"url": dg.MetadataValue.url(url)} if url else {},
        group_name=CONSUMERS,
        owners=OWNERS,
        kinds={kind},
        tags={"hjv/room": "outside"},
    )


def _system(source: str) -> dg.AssetSpec:
    shown = presentation(source)
    return dg.AssetSpec(
        shown.system,
        description=shown.system_description,
        metadata={"url": dg.MetadataValue.url(shown.url)} if shown.url else {},
        group_name=UPSTREAM,
        owners=OWNERS,
        kinds=set(shown.kinds - {"postgres"}),
        tags={"hjv/source": source, "hjv/room": "outside"},
    )
