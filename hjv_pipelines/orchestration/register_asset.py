"""The asset of KKA's unit register: which units of HSA editors may administer.

Here: making the register of a run's regions, whole. Not here: who is in it (`cards/register.py`), when it is made
(`timetable.py`), and what is said of it (`register_reporting.py`).
"""

from datetime import UTC, datetime
from time import perf_counter

import dagster as dg

from hjv_pipelines.cards.register import REGISTER, make_register
from hjv_pipelines.cards.registered import RegisteredUnit, new_units
from hjv_pipelines.orchestration.columns import column_lineage, made_columns
from hjv_pipelines.orchestration.failures import told_to_dagster
from hjv_pipelines.orchestration.partitions import ONE_RUN, REGIONS, regions_of_run
from hjv_pipelines.orchestration.presentation import CARDS, DIRECTORY, OWNERS, presentation
from hjv_pipelines.orchestration.register_reporting import SHOWN_UNITS, register_metadata
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import run_of
from hjv_pipelines.timetable import UNIT_REGISTER


@dg.asset(
    name=REGISTER,
    description=(
        "The units that editors may administer in KKA (Kontaktkortsadmin), one row a unit, by HSA-id: those that HSA "
        "marks for Hitta vård, whether they have a card yet or not, without archived, feigned and ended ones. KKA "
        "reads it over the delivery API (`/v1/kka/units`) **three times a day**; a unit is new until the register of "
        "the next state of HSA is made. A unit that is gone is kept with the time. Always made for whole regions."
    ),
    deps=[presentation(DIRECTORY).asset],
    metadata={
        "dagster/column_schema": made_columns(RegisteredUnit),
        "dagster/column_lineage": column_lineage(RegisteredUnit),
        "dagster/table_name": "hjv.unit_register",
        "made": ", ".join(f"{moment:%H:%M}" for moment in UNIT_REGISTER.times) + " Swedish time",
    },
    group_name=CARDS,
    owners=OWNERS,
    kinds={"python", "postgres"},
    tags={"hjv/room": "cards"},
    partitions_def=REGIONS,
    backfill_policy=ONE_RUN,
)
def kka_unit_register(context: dg.AssetExecutionContext, pipeline: PipelineResource) -> None:
    """Make the register of the run's regions."""
    started = perf_counter()
    regions = regions_of_run(context)
    with told_to_dagster(context.retry_number), pipeline.connection() as connection:
        made = make_register(connection, regions, run_of(context), lambda: datetime.now(UTC))
        new = {region: new_units(connection, [region], limit=SHOWN_UNITS) for region in made.counts}
    metadata = register_metadata(made, new, perf_counter() - started)
    for region in regions:
        if region in metadata:
            context.add_asset_metadata(metadata[region], partition_key=region)
