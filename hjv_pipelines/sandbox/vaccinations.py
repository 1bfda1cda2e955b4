"""Vaccinera: its answer by the project's profile, and a plausible word of each unit in Region Stockholm.

Here: the JSON of docs/contracts.md, and which vaccines units offer when. Not here: the wire (`app.py`).
"""

from collections.abc import Mapping
from datetime import timedelta
from random import Random

from hjv_pipelines.sandbox.care_services import REGION, county_code, misplaced, one_in
from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.draft import Draft
from hjv_pipelines.sandbox.kinds import HEALTH_CENTRE
from hjv_pipelines.sandbox.unit import Json, normalised
from hjv_pipelines.sandbox.word import Word

PROFILE = "urn:hjv-pipelines:profile:vaccinera:1"

_VACCINES = (
    ("influenza", "Influensa"),
    ("pneumococcal", "Pneumokocker"),
    ("whooping_cough", "Kikhosta"),
    ("covid19", "Covid-19"),
)
_HOURS = (("08:00", "12:00"), ("09:00", "15:30"), ("13:00", "18:00"))
_OFFERING = 0.9
_STRAY = 0.005
"""Health centres of other counties that Vaccinera names all the same."""


def vaccinera(random: Random, draft: Draft) -> Word | None:
    """Return what Vaccinera says of a unit: of most health centres in Stockholm, and of a few elsewhere."""
    if draft.unit.profile.get("businessType") != [HEALTH_CENTRE]:
        return None
    if random.random() >= (_OFFERING if draft.place.region.key == REGION else _STRAY):
        return None
    offered = random.sample(_VACCINES, random.randint(1, len(_VACCINES)))
    vaccines: list[Json] = [_vaccine(random, draft, code, name) for code, name in offered]
    return Word({"vaccines": vaccines}, [name for _, name in offered], misplaced(draft))


def _vaccine(random: Random, draft: Draft, code: str, name: str) -> Json:
    days = sorted(random.sample(range(1, 28), random.randint(0, 4)))
    vaccine: dict[str, Json] = {
        "code": code,
        "name": name,
        "times": [_time(random, f"{draft.surroundings.today + timedelta(days=day):%Y-%m-%d}") for day in days],
    }
    if one_in(random, 3):
        vaccine["bookingUrl"] = f"https://vaccin.example/{draft.unit.key}/{code}"
    if one_in(random, 5):
        vaccine["note"] = "För dig som är 65 år eller äldre."
    return vaccine


def _time(random: Random, day: str) -> Json:
    opens, closes = random.choice(_HOURS)
    time: dict[str, Json] = {"date": day, "from": opens, "to": closes}
    drop_in = random.choice((True, False, None))
    return time if drop_in is None else time | {"dropIn": drop_in}


def vaccinera_answer(directory: Directory, asked: Mapping[str, str]) -> Json:
    """Return what the units of the county, or those that are named, offer. Out of season the answer says so."""
    hsa_ids = {normalised(hsa_id) for hsa_id in asked.get("hsaIds", "").split(",")} - {""}
    speaks = asked.get("county", county_code()) == county_code()
    units: list[Json] = [
        {"hsaId": unit.key, **says}
        for unit in directory.told("vaccinera")
        if speaks and (not hsa_ids or unit.key in hsa_ids)
        if isinstance(says := unit.told["vaccinera"], dict)
    ]
    # An incident that hides the units does not end the season: only their silence does.
    in_season = any(True for _ in directory.archive.told("vaccinera", directory.at))
    return {
        "profile": PROFILE,
        "season": "open" if in_season else "closed",
        "complete": True,
        "unitCount": len(units),
        "units": units,
    }
