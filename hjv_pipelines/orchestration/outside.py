"""The systems outside: where the lineage begins and where it ends.

Here: assets without computation, one for each system that is read and each that reads the cards. Not here:
anything that runs.
See https://docs.dagster.io/guides/build/assets/external-assets
"""

from collections.abc import Iterable

import dagster as dg

from hjv_pipelines.cards.register import REGISTER
from hjv_pipelines.orchestration.presentation import CONTACT_CARDS, DELIVERY, OWNERS, UPSTREAM, presentation
from hjv_pipelines.settings import Settings
from hjv_pipelines.timetable import TimetableRow


def upstream_systems(timetable: Iterable[TimetableRow]) -> list[dg.AssetSpec]:
    """Return the systems that the sources are read from."""
    return [_system(row.source) for row in timetable]


def consumers(settings: Settings) -> list[dg.AssetSpec]:
    """Return what reads the cards: our delivery, and the web behind it."""
    delivery = f"http://{settings.host}:{settings.delivery_port}"
    return [
        dg.AssetSpec(
            "card_api",
            deps=[CONTACT_CARDS, REGISTER],
            description=(
                "The delivery: published cards over HTTP, the feed of changes, the card pages, and KKA's unit register."
            ),
            metadata={"url": dg.MetadataValue.url(f"{delivery}/docs")},
            group_name=DELIVERY,
            owners=OWNERS,
            kinds={"fastapi"},
            tags={"hjv/room": "delivery"},
        ),
        dg.AssetSpec(
            "web_platform",
            deps=["card_api"],
            description="The web platform of 1177 (PWT), which shows the cards in Hitta vård.",
            metadata={"url": dg.MetadataValue.url("https://www.1177.se/hitta-vard/")},
            group_name=DELIVERY,
            owners=OWNERS,
            kinds={"web"},
            tags={"hjv/room": "outside"},
        ),
    ]


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
