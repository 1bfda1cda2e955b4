"""Sources of one region alone: what they say of units that lie elsewhere is kept, and told.

Here: the finding about a unit that HSA has in another county, or that it does not mark for Hitta vård. The document is
kept all the same, in the source's own region: the unit may get a card. Not here: what a source says.
"""

from collections.abc import Iterable, Mapping

from hjv_pipelines.regions import DISTANCE, region
from hjv_pipelines.sources.source import Directory, Finding, Scope


def places_of(hsa_ids: Iterable[str], directory: Directory) -> Mapping[str, str]:
    """Return HSA-id → region of those of `hsa_ids` that HSA marks for Hitta vård, wherever they lie."""
    asked = tuple(sorted(set(hsa_ids)))
    return directory.marked_units(Scope(hsa_ids=asked)) if asked else {}


def placement_findings(
    hsa_id: str, places: Mapping[str, str], *, of: str, field: str, source: str
) -> tuple[Finding, ...]:
    """Return what is odd about a unit that the source `source` of the region `of` names in its `field`; nothing else.

    A unit without a county (at a distance) lies in every region as much as in another.
    """
    place = places.get(hsa_id)
    if place in {of, DISTANCE.key}:
        return ()
    name = region(of).name
    if place is None:
        return (
            Finding(
                field=field,
                rule="unit_not_marked",
                value=hsa_id,
                mend=f"{source}: HSA has no such unit that is marked for Hitta vård, so that no card shows this yet; "
                "mark the unit in HSA, or correct its HSA-id here.",
            ),
        )
    return (
        Finding(
            field=field,
            rule="unit_of_another_county",
            value=hsa_id,
            mend=f"{source} speaks of Region {name}, and HSA has the unit in {region(place).name}; "
            "correct the HSA-id here, or the county in HSA.",
        ),
    )
