"""HSA's complete file: zip → typed, checked documents; and zip → names of records, where all of them are known.

The floor is what lxml's iterparse takes to give the same texts, with nothing read into them and nothing kept.
"""

from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from zipfile import ZipFile

from lxml import etree

from hjv_pipelines.bench.figure import Figure, times_the_floor
from hjv_pipelines.bench.stopwatch import medians
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.sources.hsa.file import HsaFile
from hjv_pipelines.sources.hsa.unit_xml import OFFICIAL
from hjv_pipelines.sources.hsa.zip_entry import ENTRY

_UNIT = f"{{{OFFICIAL}}}hsaUnit"


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the time of reading the file."""
    file = workshop.hsa_file
    taken, named, floor = medians(
        workshop.rounds("Reading HSA's file"), partial(_documents, file), partial(_names, file), partial(_texts, file)
    )
    workshop.floors["hsa_file"] = floor
    name = f"HSA's file, {workshop.units:,} units: zip to"
    yield Figure(f"{name} checked documents", taken, "s", floor, times_the_floor(3))
    yield Figure(f"{name} named records, all known", named, "s", floor, times_the_floor(3))


def _documents(path: Path) -> None:
    with path.open("rb") as file:
        deque(HsaFile(file).documents(), maxlen=0)


def _names(path: Path) -> None:
    with path.open("rb") as file:
        deque(HsaFile(file).records(), maxlen=0)


def _texts(path: Path) -> None:
    with ZipFile(path) as archive, archive.open(ENTRY) as stream:
        for _, unit in etree.iterparse(stream, events=("end",), tag=_UNIT):
            texts: dict[str, list[str]] = {}
            for element in unit.iter():
                if element.text:
                    texts.setdefault(element.tag, []).append(element.text)
            unit.clear()
            while unit.getprevious() is not None:
                del unit.getparent()[0]
