"""What a materialisation of KKA's unit register says of itself: figures by region, and the units that are new.

Here: that, as metadata. Not here: the register (`cards/register.py`), and what imports and publications say
(`reporting.py`).
See https://docs.dagster.io/guides/build/assets/metadata-and-tags
"""

from collections.abc import Mapping, Sequence

import dagster as dg

from hjv_pipelines.cards.registered import RegisteredUnit
from hjv_pipelines.orchestration.markdown import as_it_is, region_table, table
from hjv_pipelines.orchestration.reporting import Metadata, integers
from hjv_pipelines.regions import region
from hjv_pipelines.store.ledger import Counts, ImportResult
from hjv_pipelines.timetable import STOCKHOLM

SHOWN_UNITS = 50
"""How many new units of a region the unit register names."""


def register_metadata(
    made: ImportResult, new: Mapping[str, Sequence[RegisteredUnit]], seconds: float
) -> dict[str, Metadata]:
    """Return the metadata of the unit register for each region that it was made for; `new` are its new units."""
    told = made.total
    glance: Metadata = {
        "at_a_glance": dg.MetadataValue.text(
            f"{made.scope}: {told.held:,} units that editors may administer; {told.added:,} added, "
            f"{told.changed:,} changed, {told.removed:,} removed."
        )
    }
    summary: Metadata = {
        "seconds": dg.MetadataValue.float(round(seconds, 2)),
        "as_of": dg.MetadataValue.timestamp(made.as_of),
        "regions": dg.MetadataValue.md(
            region_table(
                ("Region", "Units", "Added", "Changed", "Removed"),
                [
                    (region(key).name, one.held, one.added, one.changed, one.removed)
                    for key, one in sorted(made.counts.items())
                ],
            )
        ),
    }
    return {
        key: glance
        | _register_figures(counts)
        | {"new_units": dg.MetadataValue.md(_new_units(new.get(key, ())))}
        | summary
        for key, counts in made.counts.items()
    }


def _register_figures(counts: Counts) -> Metadata:
    names = ("added", "changed", "removed", "unchanged")
    figures = {name: getattr(counts, name) for name in names}
    return integers({**figures, "dagster/partition_row_count": counts.held})


def _new_units(units: Sequence[RegisteredUnit]) -> str:
    """Return a Markdown table of units, with what keeps each from having a card."""
    if not units:
        return "None."
    rows = [
        (
            unit.hsa_id,
            as_it_is(unit.name),
            f"{unit.registered_at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}",
            "has a card" if unit.visible else ", ".join(unit.failed_rules).replace("_", " ") or "not judged yet",
        )
        for unit in units
    ]
    return table(("HSA-id", "Name", "Registered", "Card"), rows)
