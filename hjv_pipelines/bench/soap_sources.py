"""The sources beside HSA, national: reading without pace, and importing at the pace of each contract.

The floor of reading is what lxml (orjson where the answers are JSON) takes to read the same bytes, and to look at
every element. The floor of the pace is the time that it implies: its distance, between as many calls as were made.
"""

from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import orjson
from lxml import etree

from hjv_pipelines.bench.figure import Figure, times_the_floor
from hjv_pipelines.bench.stopwatch import medians, seconds
from hjv_pipelines.bench.workshop import RUN, Workshop
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.settings import SANDBOX_PATHS, Settings
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.sources.source import Scope, Source
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.documents import StoredDirectory

_FEWEST_CALLS = 10
"""With fewer calls the pace implies next to nothing, and the ratio to it says nothing."""

_HURRY = {"small": 20, "national": 1}
"""How many times the documented pace is kept: on a small nation nobody waits for what the national one shows."""


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the time of reading each source's answers, and of importing it at its pace."""
    names = [name for name in REGISTRATIONS if name != "hsa"]
    with workshop.copy_of(workshop.imported) as url:
        for name in names:
            yield _reading(workshop, url, name)
        for name in workshop.bars.track(names, "Importing at the contract's pace"):
            if _pace_of(workshop.settings, name):
                yield from _paced(workshop, url, name)


def _reading(workshop: Workshop, url: str, name: str) -> Figure:
    answers = [path.read_bytes() for path in _answers(workshop, name)]
    is_soap = bool(REGISTRATIONS[name].contracts)
    with connect(url) as connection:
        directory = StoredDirectory(connection)
        source = REGISTRATIONS[name].build(workshop.asking)
        _read(source, directory)  # once, so that WSDL and connection are there
        taken, floor = medians(
            workshop.rounds(f"Reading {name}"),
            partial(_read, source, directory),
            partial(_parse if is_soap else _load, answers),
        )
    size = sum(map(len, answers)) / 1e6
    aim = times_the_floor(3) if is_soap else None
    return Figure(f"{name}: {size:.1f} MB in {len(answers)} answers to documents", taken, "s", floor, aim)


def _paced(workshop: Workshop, url: str, name: str) -> Iterator[Figure]:
    pace = _pace_of(workshop.settings, name) * _HURRY[workshop.size]
    settings = workshop.asking.model_copy(update={f"{name}_calls_per_second": pace})
    pipeline = Pipeline.from_settings(settings, url)
    taken = seconds(partial(pipeline.import_source, name, Scope.nation(), RUN))
    calls = len(_answers(workshop, name))
    if calls < _FEWEST_CALLS:
        yield Figure(f"{name}: import at {pace:g} calls a second, {calls} calls", taken, "s")
    else:
        implied = (calls - 1) / pace
        title = f"{name}: import at {pace:g} calls a second, {calls} calls"
        yield Figure(title, taken, "s", implied, times_the_floor(1.05))


def _pace_of(settings: Settings, name: str) -> float:
    """Return the documented calls a second; 0 for a source that is asked once."""
    return float(getattr(settings, f"{name}_calls_per_second", 0))


def _answers(workshop: Workshop, name: str) -> list[Path]:
    """Return the files of the answers of a source; the import that made the database asked for them."""
    return sorted((workshop.answers / SANDBOX_PATHS[f"{name}_url"].strip("/")).iterdir())


def _read(source: Source, directory: StoredDirectory) -> None:
    scopes = [Scope((region,)) for region in source.regions] if source.by_region else [Scope(source.regions)]
    for scope in scopes:
        deque(source.fetch(scope, directory).records, maxlen=0)


def _parse(answers: list[bytes]) -> None:
    for answer in answers:
        for element in etree.fromstring(answer).iter():
            _ = element.tag, element.text


def _load(answers: list[bytes]) -> None:
    for answer in answers:
        orjson.loads(answer)
