"""The jobs: what can be launched, from the timetable, by a sensor or by hand.

Here: which assets go together in one run. Not here: when (`schedules.py`, `sensors.py`).
See https://docs.dagster.io/guides/build/jobs/asset-jobs
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

import dagster as dg

from hjv_pipelines.cards.register import REGISTER
from hjv_pipelines.orchestration.presentation import CONTACT_CARDS, OWNERS, presentation
from hjv_pipelines.orchestration.runs import BULK, MANUAL, SOURCE, TRIGGER
from hjv_pipelines.timetable import TimetableRow

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

AssetJob: TypeAlias = "UnresolvedAssetJobDefinition"
"""What `define_asset_job` returns; it has no public name."""


MAKE_UNIT_REGISTER = "make_unit_register"
"""The job that makes KKA's unit register."""

LOOK_AROUND = "look_around"
"""The job that makes the morning look."""


def import_job_name(source: str) -> str:
    """Return the name of the job that imports `source`."""
    return f"{source}_import"


def import_job(source: str) -> AssetJob:
    """Return the job that imports `source` and publishes the cards that change by it."""
    asset = presentation(source).asset
    return _job(
        import_job_name(source),
        [asset, CONTACT_CARDS],
        f"Import {asset} and publish the contact cards that change by it: the nation, some regions, or the "
        "units given as `hsa_ids` of the scope.",
        source,
    )


def timetable_import(assets: Iterable[str]) -> AssetJob:
    """Return the job of the timetable: of `assets`, each run takes those that are due at its moment."""
    return _job(
        "timetable_import",
        list(dict.fromkeys([*assets, CONTACT_CARDS])),
        "Import the sources that the timetable has at one moment, and publish the contact cards once, all in one run. "
        "Launched by the schedules; by hand, import_everything or the job of one source is meant.",
        "several",
    )


def import_everything(timetable: Iterable[TimetableRow]) -> AssetJob:
    """Return the job that imports every source, HSA first, publishes the cards, and makes KKA's unit register."""
    return _job(
        "import_everything",
        [*(presentation(row.source).asset for row in timetable), CONTACT_CARDS, REGISTER],
        "Import every source, HSA first, publish the contact cards, and make KKA's unit register, all in one run.",
        "all",
    )


def make_unit_register() -> AssetJob:
    """Return the job that makes KKA's unit register of what the store holds."""
    return _job(
        MAKE_UNIT_REGISTER,
        [REGISTER],
        "Make KKA's unit register of what HSA has said so far: the units that editors may administer.",
        "none",
    )


def publish_cards() -> AssetJob:
    """Return the job that publishes without asking any source."""
    return _job(
        "publish_cards",
        [CONTACT_CARDS],
        "Publish the contact cards from what the store holds, without asking any source: after a change of "
        "the rules, or when a publication was missed.",
        "none",
    )


def _job(name: str, assets: list[str], description: str, source: str) -> AssetJob:
    return dg.define_asset_job(
        name,
        selection=dg.AssetSelection.assets(*assets),
        description=description,
        owners=OWNERS,
        tags={TRIGGER: MANUAL, SOURCE: source, **BULK},
        executor_def=dg.in_process_executor,
    )
