"""Units without a card for the reasons that no other module gives, and links to them."""

from hjv_pipelines.regions import DISTANCE
from hjv_pipelines.sandbox.dirt.dirt import hidden, visible
from hjv_pipelines.sandbox.draft import Draft


@hidden("destination", trap=15, often=300)
def marked_for_others(draft: Draft) -> None:
    """Show a unit that is ready to other audiences only, or to none any more."""
    draft.put("destinationIndicator", *draft.by_turns(("01",), ("01", "02"), ()))


@hidden("care_type", often=300)
def care_type_missing(draft: Draft) -> None:
    """Leave the form of care out."""
    draft.put("careType")


@hidden("county", often=300)
def county_missing(draft: Draft) -> None:
    """Leave the county out of a unit that is not at a distance."""
    for element in ("countyCode", "countyName", "municipalityCode", "municipalityName"):
        draft.put(element)
    draft.region = DISTANCE.key


@hidden("not_archived", trap=27, often=300)
def archived(draft: Draft) -> None:
    """Keep the unit for the archive's sake."""
    draft.put(draft.by_turns("unitIsArchived", "healthCareUnitIsArchived"), "true")


@hidden("not_feigned", trap=27, often=100)
def feigned(draft: Draft) -> None:
    """Make the unit one for tests, which must never reach a card."""
    draft.put("feignedUnit", draft.by_turns("true", "1"))


@hidden("care_type", "county", "coordinates", often=200)
def nearly_everything_missing(draft: Draft) -> None:
    """Leave out nearly all: every reason is told."""
    county_missing.soil(draft)
    for element in (
        "careType",
        "geographicalCoordinatesRt90",
        "geographicalCoordinatesSWEREF99Latitude",
        "geographicalCoordinatesSWEREF99Longitude",
    ):
        draft.put(element)


@hidden("care_type", "not_archived", "not_feigned", trap=27, often=20)
def archived_and_feigned(draft: Draft) -> None:
    """Give several reasons of different sorts."""
    draft.put("careType")
    draft.put("unitIsArchived", "true")
    draft.put("feignedUnit", "true")


@visible(often=200)
def related_to_hidden_units(draft: Draft) -> None:
    """Point at units with a card, without one, and at one that nobody knows: the first is shown."""
    surroundings = draft.surroundings
    seen, unseen = (
        surroundings.random.choice(surroundings.with_card),
        surroundings.random.choice(surroundings.without_card),
    )
    draft.put("relatedUnitHsaId", unseen, seen, "SE2321000016-OKAND")
    draft.facts["related_units"] = [seen]
