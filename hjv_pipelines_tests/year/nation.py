"""What happens in the nation on a day, and what goes wrong: always the same for the same day.

Units change, open and close, as many as close open; now and then a source breaks, a person errs, an answer is held
back. Here: that. Not here: what the installation makes of it (`installation.py`), and when (`day.py`).
"""

from collections import Counter
from collections.abc import Sequence
from random import Random

from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.sandbox.faults import Fault, Kind, Service
from hjv_pipelines.sandbox.kka import publish_text
from hjv_pipelines.sandbox.unit import Profile, SandboxUnit
from hjv_pipelines_tests.guarding.days import renamed
from hjv_pipelines_tests.year.installation import Installation

CHANGES = 6
"""Units a day of which HSA says something else; as many of which 1177 e-tjänster does, and KKA."""

TOLD = 3
"""How many of them are notified; the others come with the next import."""

MARKS = {"03", "04"}
COUNTIES = {key.partition("-")[0] for key in REGION_KEYS}

WRONG = ("12345", "08-123 45 67 89 01 23", "växel")
"""Telephone numbers that are none: findings that come, and end with the unit's next change."""

BROKEN: Sequence[tuple[Service, Kind]] = (
    ("listing", "500"),
    ("eservices", "half"),
    ("waiting_times", "empty"),
    ("kka", "nothing"),
    ("hsa_file", "late"),
    ("offerings", "fault"),
)
"""What breaks in turn, for a day: outages, and answers that are whole and not true."""


def shown(installation: Installation) -> list[SandboxUnit]:
    """Return the units that Hitta vård may show, that HSA names once and in a county that there is."""
    units = list(installation.archive.units(installation.now))
    named = Counter(unit.key for unit in units)
    return [unit for unit in units if named[unit.key] == 1 and _is_shown(unit.profile)]


def _is_shown(profile: Profile) -> bool:
    counties, marks = profile.get("countyCode", []), profile.get("destinationIndicator", [])
    return bool(counties) and counties[0] in COUNTIES and any(mark in MARKS for mark in marks)


def change(installation: Installation, day: int) -> dict[str, list[str]]:
    """Let sources say something else of a few units; return whose of them are notified."""
    rng, archive, now = Random(day), installation.archive, installation.now
    units = rng.sample(shown(installation), 3 * CHANGES)
    hsa, eservices, kka = units[:CHANGES], units[CHANGES : 2 * CHANGES], units[2 * CHANGES :]
    for number, unit in enumerate(hsa):
        telephone = rng.choice(WRONG) if number == 0 else f"+468{rng.randint(1_000_000, 9_999_999)}"
        name = f"Vårdcentralen dag {day}, {number}"
        archive.change(unit.hsa_id, {"publicName": [name], "telephoneNumber": [telephone]}, now)
    for unit in eservices:
        archive.offer(unit.hsa_id, [{**one, "description": f"Dag {day}"} for one in unit.eservices], now)
    for unit in kka:
        publish_text(archive, unit.hsa_id, {"id": "year", "section": "news", "text": f"<p>Dag {day}</p>"}, now)
    return {
        "hsa": [unit.hsa_id for unit in hsa[:TOLD]],
        "eservices": [unit.hsa_id for unit in eservices[:TOLD]],
        "kka": [unit.hsa_id for unit in kka[:TOLD]],
    }


def open_and_close(installation: Installation, day: int) -> tuple[str, str]:
    """Let one unit open and another close for good; return both."""
    born, gone = Random(day).sample(shown(installation), 2)
    new = renamed(born, f"{born.hsa_id.rpartition('-')[0]}-Y{day:05}")
    installation.archive.add([new], installation.now)
    installation.archive.remove(gone.hsa_id, installation.now)
    return new.hsa_id, gone.hsa_id


def breakdown(installation: Installation, number: int) -> None:
    """Break the next thing in turn."""
    service, kind = BROKEN[number % len(BROKEN)]
    installation.faults.set(service, Fault(kind))
