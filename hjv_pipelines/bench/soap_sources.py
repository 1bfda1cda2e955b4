"""The sources beside HSA, national: reading without pace. At the pace of its contract, each is in `hour.py`.

The floor is what lxml (orjson where the answers are JSON) takes to read the same bytes, and to look at every element.
"""

from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import orjson
from lxml import etree

from hjv_pipelines.bench.figure import Figure, times_the_floor
from hjv_pipelines.bench.stopwatch import medians
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.settings import SANDBOX_PATHS
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.sources.source import Scope, Source
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.documents import StoredDirectory


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the time of reading each source's answers."""
    names = [name for name in REGISTRATIONS if name != "hsa"]
    with workshop.copy_of(workshop.imported) as url:
        for name in names:
            yield _reading(workshop, url, name)


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
