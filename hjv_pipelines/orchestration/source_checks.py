"""Checks on what a source said: the same three for every source.

Here: what is good enough of an import. Not here: the queries (`store/quality.py`). None of them holds
anything back: that is the guard's work.
See https://docs.dagster.io/guides/test/asset-checks
"""

import dagster as dg

from hjv_pipelines.orchestration.judging import verdict
from hjv_pipelines.orchestration.presentation import presentation
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.store.quality import last_imports, misshapen_ids, refused_units, repeated_ids

KEPT_SHARE = 0.8
"""The share of its documents that a region is expected to keep from one complete import to the next."""

REFUSED_SHARE = 0.01
"""The share of records that may be refused before somebody should look."""


def source_checks(source: str) -> list[dg.AssetChecksDefinition]:
    """Return the checks on the asset of `source`."""
    return [_ids_valid_and_unique(source), _regions_keep_units(source), _few_refused(source)]


def _ids_valid_and_unique(source: str) -> dg.AssetChecksDefinition:
    asset = presentation(source).asset

    @dg.asset_check(
        asset=asset,
        name="every_hsa_id_is_valid_and_unique",
        description="Every document's key is an HSA-id in its one spelling, and no unit stands twice.",
    )
    def check(pipeline: PipelineResource) -> dg.AssetCheckResult:
        with pipeline.connection() as connection:
            misshapen, repeated = misshapen_ids(connection, source), repeated_ids(connection, source)
        return verdict(
            asset,
            [*misshapen, *repeated],
            severity=dg.AssetCheckSeverity.ERROR,
            found=f"{len(misshapen)} ids are no HSA-ids, {len(repeated)} units stand more than once.",
            figures={"misshapen": len(misshapen), "repeated": len(repeated)},
        )

    return check


def _regions_keep_units(source: str) -> dg.AssetChecksDefinition:
    asset = presentation(source).asset

    @dg.asset_check(
        asset=asset,
        name="every_region_keeps_four_units_in_five",
        description=(
            f"No region has less than {KEPT_SHARE:.0%} of the documents that it had before its last complete "
            "import. A region can shrink rightly; so much at once is worth a look."
        ),
    )
    def check(pipeline: PipelineResource) -> dg.AssetCheckResult:
        with pipeline.connection() as connection:
            imports = last_imports(connection, source)
        shrunk = [
            f"{one.region}: {one.before} to {one.after}" for one in imports if one.after < KEPT_SHARE * one.before
        ]
        return verdict(
            asset,
            shrunk,
            severity=dg.AssetCheckSeverity.WARN,
            found=f"{len(shrunk)} of {len(imports)} regions kept less than {KEPT_SHARE:.0%} of their units.",
            figures={"documents": sum(one.after for one in imports)},
        )

    return check


def _few_refused(source: str) -> dg.AssetChecksDefinition:
    asset = presentation(source).asset

    @dg.asset_check(
        asset=asset,
        name="at_most_one_record_in_a_hundred_is_refused",
        description=(
            f"At most {REFUSED_SHARE:.0%} of the records of the last complete imports could not be used at "
            "all. The units that they name keep what they had."
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
            found=f"{refused} of {records} records were refused ({share:.2%}).",
            figures={"refused": refused, "records": records, "share": share},
            passed=share <= REFUSED_SHARE,
        )

    return check
