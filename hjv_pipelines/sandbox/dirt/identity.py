"""Trap 19: ids in every spelling, ids that are none, records that repeat an id, records without a name."""

from dataclasses import replace

from hjv_pipelines.sandbox.dirt.dirt import refused, visible
from hjv_pipelines.sandbox.draft import Draft

# As the profile names it; the store, which alone sees two records, names the container's element.
_HSA_ID = "unitHsaId"
_RECORD_ID = "hsaIdentity"


@visible(trap=19, often=60)
def hsa_id_in_lower_case(draft: Draft) -> None:
    """Write the id, or its beginning, in lower case."""
    owner, _, suffix = draft.unit.hsa_id.partition("-")
    number = owner.removeprefix("SE")
    variants = (f"se{number}-{suffix.lower()}", f"se{number}-{suffix}", f"Se{number}-{suffix}")
    _rename(draft, draft.by_turns(*variants))
    draft.found(_HSA_ID, "hsa_id_spelling", draft.unit.hsa_id)


@visible(trap=19, often=20)
def hsa_id_with_blanks(draft: Draft) -> None:
    """Put blanks into the id."""
    owner, _, suffix = draft.unit.hsa_id.partition("-")
    _rename(draft, draft.by_turns(f"{owner} -{suffix}", f"{owner} - {suffix}", f"SE {owner[2:]}-{suffix}"))
    draft.found(_HSA_ID, "hsa_id_spelling", draft.unit.hsa_id)


@refused(trap=19, often=15)
def hsa_id_invalid(draft: Draft) -> None:
    """Write what is no id, whatever one does to its case and blanks."""
    owner, _, suffix = draft.unit.hsa_id.partition("-")
    _rename(
        draft,
        draft.by_turns(
            f"{owner}_{suffix}",
            f"{owner[2:]}-{suffix}",
            f"{owner[:-1]}-{suffix}",
            f"{owner}-Å{suffix}",
            f"NO{owner[2:]}-{suffix}",
            f"{owner}{suffix}",
        ),
    )
    draft.found(_HSA_ID, "hsa_id_format", draft.unit.hsa_id)


@refused(trap=19, often=1)
def hsa_id_missing(draft: Draft) -> None:
    """Leave the id out."""
    _rename(draft, "")
    draft.found(_HSA_ID, "hsa_id_format", "")


@visible(trap=19, often=40)
def repeated_identically(draft: Draft) -> None:
    """Repeat the record, once or twice: nothing to object to."""
    draft.repeats = [draft.unit] * draft.by_turns(1, 2)


@refused(trap=19, often=25)
def repeated_differently(draft: Draft) -> None:
    """Add a record of the same id that disagrees: nobody can tell which is true."""
    element, value = draft.by_turns(("unitName", "En annan mottagning"), ("telephoneNumber", "08112233"))
    draft.repeats = [draft.unit.changed({element: [value]})]
    draft.found(_RECORD_ID, "duplicate_hsa_id", draft.unit.hsa_id)


@refused(often=20)
def name_missing(draft: Draft) -> None:
    """Leave the name out, in the container and in the profile."""
    draft.put("unitName")
    draft.put("publicName")
    draft.found("unitName", "name_missing", "")


def _rename(draft: Draft, spelling: str) -> None:
    draft.put(_HSA_ID, spelling)
    draft.unit = replace(draft.unit, hsa_id=spelling)
