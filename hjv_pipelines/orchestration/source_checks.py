"""Checks on what a source said: the same four for every source.

Here: what is good enough of an import, and what the guard holds back of it. Not here: the queries
(`store/quality.py`), and holding back (`store/guard/`).
See https://docs.dagster.io/guides/test/asset-checks
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from hjv_pipelines.orchestration.judging import verdict
from hjv_pipelines.orchestration.plan_report import SHOWN_PLANS, shown_plans
from hjv_pipelines.orchestration.presentation import presentation
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.store.guard.holds import Hold, holds
from hjv_pipelines.store.quality import (
    LONGEST_IMPORT,
    failed_regions,
    last_imports,
    misshapen_ids,
    refused_units,
    repeated_ids,
)

NOTHING_HELD_BACK = "nothing_is_held_back"

HOLDS = "holds"
"""The metadata in which its verdict names the holds by their numbers."""

NONE_LEFT_FAILED = "no_region_is_left_failed"

REFUSED_SHARE = 0.01
"""The share of records that may be refused before somebody should look."""


def source_checks(source: str) -> list[dg.AssetChecksDefinition]:
    """Return the checks on the asset of `source`."""
    return [
        _ids_valid_and_unique(source),
        _nothing_held_back(source),
        _few_refused(source),
        _none_left_failed(source),
    ]


def _ids_valid_and_unique(source: str) -> dg.AssetChecksDefinition:
    asset = presentation(source).asset

    @dg.asset_check(
        asset=asset,
        name="every_hsa_id_is_valid_and_unique",
        description=(
            "Every document's key is an HSA-id in its one spelling, and no unit stands twice. An id that the source "
            "spells badly is a refused record or a finding; one that stands here was let in by our reader of that "
            "source: tell its developers."
        ),
    )
    def check(pipeline: PipelineResource) -> dg.AssetCheckResult:
        with pipeline.connection() as connection:
            misshapen, repeated = misshapen_ids(connection, source), repeated_ids(connection, source)
        return verdict(
            asset,
            [*misshapen, *repeated],
            severity=dg.AssetCheckSeverity.ERROR,
            found=f"{len(misshapen)} ids are no HSA-ids, {len(repeated)} units stand more than once.",
            explained_at=pipeline.explain_page,
            figures={"misshapen": len(misshapen), "repeated": len(repeated)},
        )

    return check


def held_back(pipeline: PipelineResource, source: str, waiting: Sequence[Hold]) -> dg.AssetCheckResult:
    """Return the verdict on what the guard holds back of `source`, with plans; `waiting` are all holds."""
    held = [hold for hold in waiting if hold.source == source]
    return verdict(
        presentation(source).asset,
        [f"hold {hold.hold_id}, {hold.region}: {', '.join(map(str, hold.breaches))}" for hold in held],
        severity=dg.AssetCheckSeverity.ERROR,
        found=f"{len(held)} regions are held back." if held else "No region is held back.",
        shown={
            HOLDS: dg.MetadataValue.json(sorted(hold.hold_id for hold in held)),
            **shown_plans(pipeline, held),
        },
    )


def _nothing_held_back(source: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=presentation(source).asset,
        name=NOTHING_HELD_BACK,
        description=(
            "The guard holds back a region's import that would lose too much: units, values of a field, or a code "
            f"list. The region's cards keep what they have until somebody decides; the others are out. The plans of "
            f"up to {SHOWN_PLANS} holds are shown here; decide by launching `decide_hold`, or with `hjv guard`."
        ),
    )
    def check(pipeline: PipelineResource) -> dg.AssetCheckResult:
        with pipeline.connection() as connection:
            waiting = holds(connection)
        return held_back(pipeline, source, waiting)

    return check


def _few_refused(source: str) -> dg.AssetChecksDefinition:
    asset = presentation(source).asset

    @dg.asset_check(
        asset=asset,
        name="at_most_one_record_in_a_hundred_is_refused",
        description=(
            f"At most {REFUSED_SHARE:.0%} of the records of the last complete imports could not be used at "
            "all. The units that they name keep what they had. When there are more, look at one under `explained` and "
            "tell the source's owner; the region's report (`finding_reports`) says who can mend it."
        ),
    )
    def check(pipeline: PipelineResource) -> dg.AssetCheckResult:
        with pipeline.connection() as connection:
            imports, units = last_imports(connection, source), refused_units(connection, source)
        refused = sum(one.refused for one in imports)
        records = refused + sum(one.after for one in imports)
        share = refused / records if records else 0.0
        return verdict(
            asset,
            units,
            severity=dg.AssetCheckSeverity.WARN,
            found=f"{refused:,} of {records:,} records were refused ({share:.2%}).",
            explained_at=pipeline.explain_page,
            figures={"refused": refused, "records": records, "share": share},
            passed=share <= REFUSED_SHARE,
        )

    return check


def _none_left_failed(source: str) -> dg.AssetChecksDefinition:
    asset = presentation(source).asset

    @dg.asset_check(
        asset=asset,
        name=NONE_LEFT_FAILED,
        description=(
            "The last import of every region came to its end. Tries are bounded, and after the last one nothing is "
            "heard of a failure any more: here it stands until an import of that region goes well. Mend what the "
            "error says, then materialise the regions named here."
        ),
    )
    def check(pipeline: PipelineResource) -> dg.AssetCheckResult:
        with pipeline.connection() as connection:
            failed = failed_regions(connection, source, given_up=datetime.now(UTC) - LONGEST_IMPORT)
        return verdict(
            asset,
            [str(one) for one in failed],
            severity=dg.AssetCheckSeverity.ERROR,
            found=f"The last import of {len(failed)} regions failed." if failed else "No region is left failed.",
        )

    return check
