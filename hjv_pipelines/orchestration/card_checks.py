"""Checks on the published cards.

Here: what is good enough of them. Not here: the queries (`cards/quality.py`), and the rules by which one unit
has a card (`cards/visibility.py`).
See https://docs.dagster.io/guides/test/asset-checks
"""

from collections import Counter
from datetime import UTC, datetime
from math import isfinite

import dagster as dg

from hjv_pipelines.cards.disagreements import NEAR_KILOMETRES
from hjv_pipelines.cards.published import region_figures
from hjv_pipelines.cards.quality import DistanceToCounty, distances_to_county
from hjv_pipelines.cards.staleness import stale_units
from hjv_pipelines.orchestration.judging import verdict
from hjv_pipelines.orchestration.presentation import CONTACT_CARDS
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.documents import StoredDirectory


@dg.asset_check(
    asset=CONTACT_CARDS,
    name="every_region_with_marked_units_has_cards",
    description="No region where HSA marks units for Hitta vård is left without a single card.",
)
def regions_have_cards(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """Judge the number of cards of each region."""
    with pipeline.connection() as connection:
        marked = Counter(StoredDirectory(connection).marked_units(Scope.nation()).values())
        visible = {figures.region: figures.visible for figures in region_figures(connection)}
    empty = [f"{region}: 0 of {units}" for region, units in sorted(marked.items()) if not visible.get(region)]
    return verdict(
        CONTACT_CARDS,
        empty,
        severity=dg.AssetCheckSeverity.ERROR,
        found=f"{len(empty)} of {len(marked)} regions with marked units have no card.",
        explained_at=pipeline.explain_page,
        figures={"cards": sum(visible.values()), "marked_units": marked.total()},
    )


@dg.asset_check(
    asset=CONTACT_CARDS,
    name="every_card_lies_near_its_county",
    description=(
        f"Every card's position lies within {NEAR_KILOMETRES} km of a main town of the unit's county. "
        "Farther away, the coordinates or the county are likely to be wrong in HSA."
    ),
)
def cards_lie_near_their_county(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """Judge the positions of the cards."""
    far: list[DistanceToCounty] = []
    positions, farthest = 0, 0.0
    with pipeline.connection() as connection:
        for one in distances_to_county(connection):
            positions += 1
            if isfinite(one.kilometres):
                farthest = max(farthest, one.kilometres)
            if one.kilometres > NEAR_KILOMETRES:
                far.append(one)
    far.sort(key=lambda one: -one.kilometres)
    return verdict(
        CONTACT_CARDS,
        [f"{one.hsa_id}: {one.kilometres:.0f} km from county {one.county_code}" for one in far],
        severity=dg.AssetCheckSeverity.WARN,
        found=f"{len(far):,} of {positions:,} cards lie more than {NEAR_KILOMETRES} km from their county.",
        explained_at=pipeline.explain_page,
        figures={"positions": positions, "farthest_km": round(farthest, 1)},
    )


@dg.asset_check(
    asset=CONTACT_CARDS,
    name="no_card_is_behind_its_documents",
    description=(
        "Every card, and every lack of one, is what the documents and the clock give now. One may be behind "
        "between another run's import and its publication; one that stays behind was missed."
    ),
)
def cards_follow_documents(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """Judge whether anything waits to be published."""
    now, policy = datetime.now(UTC), pipeline.policy()
    with pipeline.connection() as connection:
        behind = [hsa_id for region in REGION_KEYS for hsa_id in stale_units(connection, region, policy, now)]
    return verdict(
        CONTACT_CARDS,
        behind,
        severity=dg.AssetCheckSeverity.WARN,
        found=f"{len(behind):,} cards are behind what the sources say.",
        explained_at=pipeline.explain_page,
    )


CARD_CHECKS = (regions_have_cards, cards_lie_near_their_county, cards_follow_documents)
"""Every check on the cards."""
