"""The units that the public never sees: most of the directory, with few fields and no mark for Hitta vård.

Here: one such unit, in one of a few forms, and which rules of visibility it fails. Not here: units that are
marked and yet hidden (`dirt/visibility.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hjv_pipelines.regions import DISTANCE
from hjv_pipelines.sandbox import names
from hjv_pipelines.sandbox.care_units import container, sweref99, telephone_number
from hjv_pipelines.sandbox.draft import Draft, Surroundings
from hjv_pipelines.sandbox.places import Place, Position
from hjv_pipelines.sandbox.unit import SandboxUnit


@dataclass(frozen=True, slots=True)
class Form:
    """A form of internal unit: what it has beyond a name, the rules it fails, and its `share` of them all."""

    furnish: Callable[[Draft], None]
    failed_rules: Sequence[str]
    share: int


def internal_unit(surroundings: Surroundings, hsa_id: str, form: Form, place: Place, position: Position) -> Draft:
    """Return an internal unit of that form."""
    name = names.office(surroundings.random)
    unit = SandboxUnit(
        hsa_id=hsa_id,
        container=container(hsa_id, name, place),
        profile={"unitHsaId": [hsa_id], "unitName": [name], "publicName": [name]},
    )
    draft = Draft(unit, place, position, surroundings, place.region.key)
    form.furnish(draft)
    return draft


def _bare(draft: Draft) -> None:
    draft.region = DISTANCE.key


def _office(draft: Draft) -> None:
    place = draft.place
    draft.unit.profile.update(
        countyCode=[place.region.county_code],
        countyName=[place.region.county_name],
        municipalityCode=[place.municipality_code],
        municipalityName=[place.municipality_name],
    )


def _archived(draft: Draft) -> None:
    _office(draft)
    draft.unit.container["unitIsArchived"] = "true"


def _ward(draft: Draft) -> None:
    _office(draft)
    draft.unit.profile.update(careType=["02"], telephoneNumber=[telephone_number(draft.surroundings, draft.place)])


def _ready(draft: Draft) -> None:
    _ward(draft)
    draft.unit.profile.update(
        destinationIndicator=["01"],
        geographicalCoordinatesRt90=[draft.position.rt90],
        **sweref99(draft.position),
    )


FORMS = (
    Form(_office, ("destination", "care_type", "coordinates"), share=62),
    Form(_ward, ("destination", "coordinates"), share=25),
    Form(_ready, ("destination",), share=6),
    Form(_bare, ("destination", "care_type", "county", "coordinates"), share=4),
    Form(_archived, ("destination", "care_type", "coordinates", "not_archived"), share=3),
)
"""From those that lack nearly everything to those that lack nothing but the mark."""
