"""The asset that all sources lead to: the published contact cards.

Here: publishing the cards of a run's scope. Not here: building and publishing (`cards/`), and what is said of
it (`reporting.py`).
"""

from collections.abc import Iterable

import dagster as dg

from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.staleness import CODE_OF_CARDS
from hjv_pipelines.code_version import code_version
from hjv_pipelines.orchestration.columns import column_lineage, made_columns
from hjv_pipelines.orchestration.failures import told_to_dagster
from hjv_pipelines.orchestration.partitions import REGIONS, regions_of_run, shared_in_runs_of
from hjv_pipelines.orchestration.presentation import CARDS, CONTACT_CARDS, NOTIFICATIONS, OWNERS, presentation
from hjv_pipelines.orchestration.reporting import publication_metadata
from hjv_pipelines.orchestration.resources import PipelineResource, ScopeResource
from hjv_pipelines.orchestration.runs import run_of
from hjv_pipelines.timetable import TimetableRow


def contact_cards(timetable: Iterable[TimetableRow], regions_per_run: int | None = None) -> dg.AssetsDefinition:
    """Return the asset of the contact cards, downstream of every source in the timetable.

    A backfill of them is split into runs of `regions_per_run`; without it the nation is one run.
    """

    @dg.asset(
        name=CONTACT_CARDS,
        description=(
            "The contact cards (kontaktkort): the join of everything that the sources say of a unit, one "
            "card a visible unit, by HSA-id. A unit that fails a rule of visibility has no card but its "
            "reasons. A card is built again when what it stands on changed, or the clock did; each region is "
            "published in one transaction, with an entry in the change feed for each card that appeared, "
            "changed or was withdrawn."
        ),
        deps=[*(presentation(row.source).asset for row in timetable), NOTIFICATIONS],
        metadata={
            "dagster/column_schema": made_columns(ContactCard),
            "dagster/column_lineage": column_lineage(ContactCard),
            "dagster/table_name": "hjv.cards",
            "published": "behind every import; a unit that is notified or refreshed, within seconds",
        },
        group_name=CARDS,
        owners=OWNERS,
        kinds={"python", "postgres"},
        tags={"hjv/room": "cards"},
        partitions_def=REGIONS,
        backfill_policy=shared_in_runs_of(regions_per_run),
        code_version=code_version(CODE_OF_CARDS),
        op_tags={"dagster/priority": "1"},  # cards first, checks on their sources after them
    )
    def publish(context: dg.AssetExecutionContext, pipeline: PipelineResource, scope: ScopeResource) -> None:
        regions = regions_of_run(context)
        with told_to_dagster(context.retry_number):
            publications = pipeline.pipeline().publish(scope.within(regions), run_of(context))
        metadata = publication_metadata(publications, regions, pipeline.card_page)
        for region, said in metadata.items():
            context.add_asset_metadata(said, partition_key=region)

    return publish
