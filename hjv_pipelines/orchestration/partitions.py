"""The partitions: one a region, and the tags that make all of them one run.

Here: Dagster's view of `regions.py`. Not here: units, which are no partitions but the `hsa_ids` of the scope.
See https://docs.dagster.io/guides/build/partitions-and-backfills
"""

import dagster as dg

from hjv_pipelines.regions import REGION_KEYS

REGIONS = dg.StaticPartitionsDefinition(list(REGION_KEYS))
"""One partition a region, and `00-distans` for the units that lie in none."""

EVERY_REGION = {
    "dagster/asset_partition_range_start": REGION_KEYS[0],
    "dagster/asset_partition_range_end": REGION_KEYS[-1],
}
"""The tags of a run over all partitions: with a single-run backfill policy the nation is one run."""

CHOOSING = {"dagster/partition", *EVERY_REGION}
"""The tags by which a run knows its regions."""

ONE_RUN = dg.BackfillPolicy.single_run()
"""Several regions are one run: a source that answers for the nation is asked once."""


def regions_of_run(context: dg.AssetExecutionContext) -> list[str]:
    """Return the regions that a run was launched with. Raises `dg.Failure` where nobody chose any."""
    if not context.run.tags.keys() & CHOOSING:
        raise dg.Failure(
            "No region was chosen. Choose one beside the launchpad's configuration, or several, or all, with "
            "“Materialize” on the asset's page. From a script: the tag dagster/partition, or EVERY_REGION's.",
            allow_retries=False,
        )
    return list(context.partition_keys)


def shared_in_runs_of(regions: int | None) -> dg.BackfillPolicy:
    """Return the policy by which a backfill is split into runs of so many regions, or is one run without a number."""
    return ONE_RUN if regions is None else dg.BackfillPolicy.multi_run(max_partitions_per_run=regions)
