"""Traps 24 to 26: codes with leading zeros, codes that no list knows, codes and names that disagree."""

from hjv_pipelines.regions import DISTANCE
from hjv_pipelines.sandbox.care_units import sweref99
from hjv_pipelines.sandbox.dirt.dirt import hidden, visible
from hjv_pipelines.sandbox.draft import Draft
from hjv_pipelines.sandbox.places import Place, in_rt90, places

_CLASSIFICATION = "businessClassification"
_CODE, _NAME = "businessClassificationCode", "businessClassificationName"


@visible(trap=24, often=100)
def codes_with_leading_zeros(draft: Draft) -> None:
    """Move the unit to where codes begin with a zero: 0180 is Stockholm, 180 is nothing."""
    _move(
        draft,
        next(place for place in places() if place.municipality_code == draft.by_turns("0180", "0380", "0980")),
    )
    draft.put("careType", "01", "03")
    draft.facts.update(
        county_code=draft.place.region.county_code,
        municipality_code=draft.place.municipality_code,
        care_types=["01", "03"],
    )


@visible(trap=25, often=20)
def care_type_unknown(draft: Draft) -> None:
    """Give a new care type and no other: it is kept, and it counts."""
    draft.spoil("careType", "unknown_code", "97")
    draft.facts["care_types"] = ["97"]


@visible(trap=25, often=10)
def destination_unknown(draft: Draft) -> None:
    """Add a new audience beside the public."""
    draft.put("destinationIndicator", "03", "97")
    draft.found("destinationIndicator", "unknown_code", "97")


@visible(trap=25, often=10)
def business_type_unknown(draft: Draft) -> None:
    """Give a new type of unit."""
    draft.spoil("businessType", "unknown_code", "97")


@visible(trap=25, often=20)
def management_unknown(draft: Draft) -> None:
    """Give a form of ownership that no list has, as code or as text."""
    draft.spoil("management", "unknown_code", draft.by_turns("97", "Kooperativ på försök"))


@visible(trap=25, often=60)
def management_renamed(draft: Draft) -> None:
    """Name the same owner as before or after 2021: both are right."""
    draft.put("management", draft.by_turns("Landsting/Region", "Region"))


@visible(trap=25, often=30)
def classification_unknown(draft: Draft) -> None:
    """Give a code of what units do that this year's list has not."""
    draft.put(_CLASSIFICATION, {_CODE: ["9797"], _NAME: ["Verksamhet som är ny i år"]})
    draft.found(_CODE, "unknown_code", "9797")


@visible(trap=25, often=5)
def municipality_unknown(draft: Draft) -> None:
    """Found a municipality."""
    code = f"{draft.place.region.county_code}00"
    draft.put("municipalityName", "Nybildad kommun")
    draft.spoil("municipalityCode", "unknown_code", code)
    draft.facts["municipality_code"] = code


@visible(often=30)
def classification_incomplete(draft: Draft) -> None:
    """Add a code without its name, or a name without its code, to a complete pair."""
    half, value = draft.by_turns(({_CODE: ["1519"]}, "1519"), ({_NAME: ["Ungdomsmottagning"]}, "Ungdomsmottagning"))
    draft.put(_CLASSIFICATION, {_CODE: ["1502"], _NAME: ["Allmänmedicin"]}, half)
    draft.found(_CLASSIFICATION, "incomplete_pair", value)


@hidden("county", trap=26, often=20)
def county_name_of_another(draft: Draft) -> None:
    """Let code and name of the county disagree: both go, and the unit lies nowhere."""
    _without_municipality(draft)
    draft.put("countyName", _elsewhere(draft.place).region.county_name)
    draft.found("countyCode", "county_mismatch", draft.place.region.county_code)
    draft.region = DISTANCE.key


@hidden("county", trap=26, often=10)
def county_unknown(draft: Draft) -> None:
    """Name a county that was merged away in 1997 and 1998."""
    code, name = draft.by_turns(("11", "Kristianstads län"), ("15", "Älvsborgs län"), ("16", "Skaraborgs län"))
    _without_municipality(draft)
    draft.put("countyName", name)
    draft.spoil("countyCode", "county_mismatch", code)
    draft.region = DISTANCE.key


@visible(trap=26, often=30)
def municipality_name_of_another(draft: Draft) -> None:
    """Let code and name of the municipality disagree."""
    draft.put("municipalityName", _elsewhere(draft.place).municipality_name)
    _lose_municipality(draft, draft.place.municipality_code)


@visible(trap=26, often=20)
def municipality_of_another_county(draft: Draft) -> None:
    """Name a real municipality of another county."""
    other = _elsewhere(draft.place)
    draft.put("municipalityCode", other.municipality_code)
    draft.put("municipalityName", other.municipality_name)
    _lose_municipality(draft, other.municipality_code)


def _lose_municipality(draft: Draft, code: str) -> None:
    draft.found("municipalityCode", "municipality_mismatch", code)
    draft.facts.update(county_code=draft.place.region.county_code, municipality_code=None)


def _without_municipality(draft: Draft) -> None:
    draft.put("municipalityCode")
    draft.put("municipalityName")


def _elsewhere(place: Place) -> Place:
    """Return the first place of another county."""
    return next(other for other in places() if other.region is not place.region)


def _move(draft: Draft, place: Place) -> None:
    (position,) = in_rt90([(place.latitude, place.longitude)])
    draft.place, draft.position, draft.region = place, position, place.region.key
    draft.put("countyCode", place.region.county_code)
    draft.put("countyName", place.region.county_name)
    draft.put("municipalityCode", place.municipality_code)
    draft.put("municipalityName", place.municipality_name)
    draft.unit = draft.unit.changed({"geographicalCoordinatesRt90": [position.rt90], **sweref99(position)})
    draft.facts.update(latitude=position.latitude, longitude=position.longitude)
