"""KKA: its answer by the project's profile, and publishing something else.

Here: the JSON of docs/contracts.md out of what the archive holds, and changes to that. Not here: what editors write
(`editors.py`), and the wire (`app.py`).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from hjv_pipelines.failures import HjvError
from hjv_pipelines.regions import REGION_KEYS, region
from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.editors import NOT_CONNECTED, Edited
from hjv_pipelines.sandbox.unit import Json, normalised

PROFILE = "urn:hjv-pipelines:profile:kka:1"

_UNITS, _SHARED = "kka", "kka shared texts"
"""What the archive's declarations are of: each unit's content by HSA-id, each region's texts by their id."""


def keep(archive: Archive, edited: Edited, at: datetime) -> None:
    """Let KKA say from `at` on what the editors wrote."""
    archive.declare(_UNITS, edited.units, at)
    archive.declare(_SHARED, edited.shared, at)


def kka_answer(directory: Directory, asked: Mapping[str, str]) -> Json:
    """Return what is published or saved in the region, or for the units that are named."""
    hsa_ids = {normalised(hsa_id) for hsa_id in asked.get("hsaIds", "").split(",")} - {""}
    key = region(asked["region"]).key if "region" in asked else None
    units: list[Json] = [
        {"hsaId": hsa_id, **{member: value for member, value in says.items() if member != "region"}}
        for hsa_id, says in _declared(directory.archive, _UNITS, directory.at)
        if directory.portion.holds(hsa_id)
        if (hsa_id in hsa_ids if key is None else says["region"] == key)
    ]
    used = {reference for unit in units if isinstance(unit, dict) for reference in _shared_by(unit)}
    shared = _declared(directory.archive, _SHARED, directory.at)
    return {
        "profile": PROFILE,
        "connected": key not in NOT_CONNECTED,
        "complete": True,
        "unitCount": len(units),
        "sharedTexts": [says["text"] for identity, says in shared if identity in used],
        "units": units,
    }


def publish_text(archive: Archive, hsa_id: str, text: dict[str, Json], at: datetime) -> None:
    """Publish for a unit `text` from `at` on, in place of its text with that id if it has one."""
    key = normalised(hsa_id)
    unit = archive.unit(key, at)
    if unit is None:
        raise LookupError(hsa_id)
    before = dict(_declared(archive, _UNITS, at)).get(key) or {"region": _region_of(unit.profile.get("countyCode"))}
    others = [each for each in _texts(before) if each.get("id") != text["id"]]
    archive.declare(_UNITS, {key: {**before, "state": "published", "texts": [*others, text]}}, at)


def withdraw(archive: Archive, hsa_id: str, at: datetime) -> None:
    """Let nothing be published for a unit from `at` on; what was stays saved. Raises `LookupError` for one without."""
    before = dict(_declared(archive, _UNITS, at))[normalised(hsa_id)]
    archive.declare(_UNITS, {normalised(hsa_id): {**before, "state": "saved"}}, at)


def publish_shared_text(archive: Archive, key: str, heading: str, at: datetime) -> tuple[str, list[str]]:
    """Publish with another heading, from `at` on, the text of a region that most units show.

    Returns the text's id, and the HSA-ids of the units that show it. Raises `HjvError` for a region without one.
    """
    units = [(hsa_id, says) for hsa_id, says in _declared(archive, _UNITS, at) if says["state"] == "published"]
    users = {
        identity: [hsa_id for hsa_id, says in units if identity in _shared_by(says)]
        for identity, says in _declared(archive, _SHARED, at)
        if says["region"] == key
    }
    if not any(users.values()):
        connected = ", ".join(each for each in REGION_KEYS if each not in NOT_CONNECTED)
        raise HjvError(f"No unit shows a shared text of {key}. Choose one of: {connected}.")
    identity = max(users, key=lambda each: len(users[each]))
    text = dict(_declared(archive, _SHARED, at))[identity]["text"]
    changed: Json = {"region": key, "text": {**text, "heading": heading} if isinstance(text, dict) else text}
    archive.declare(_SHARED, {identity: changed}, at)
    return identity, users[identity]


def _declared(archive: Archive, source: str, at: datetime) -> Iterator[tuple[str, dict[str, Json]]]:
    return ((name, says) for name, says in archive.declared(source, at) if isinstance(says, dict))


def _shared_by(unit: Mapping[str, Json]) -> set[str]:
    """Return the ids of the shared texts that a unit shows."""
    return {str(text["shared"]) for text in _texts(unit) if "shared" in text}


def _texts(unit: Mapping[str, Json]) -> list[dict[str, Json]]:
    texts = unit.get("texts")
    return [text for text in texts if isinstance(text, dict)] if isinstance(texts, list) else []


def _region_of(county_codes: object) -> str:
    """Return the region of a unit whose editors have written nothing before."""
    code = county_codes[0] if isinstance(county_codes, list) and county_codes else "00"
    return region(str(code)).key
