"""Growth: a quarter, a half, the whole and four times the nation, from HSA's file to published cards.

`python -m hjv_pipelines.bench.growth FILE DATABASE` imports one file in a process of its own, and prints its seconds
and its peak memory. Here: files of every size, and those processes. Not here: the nation itself.
"""

import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import orjson

from hjv_pipelines.bench.figure import Figure, times_the_floor
from hjv_pipelines.bench.installation import only_these
from hjv_pipelines.bench.workshop import RUN, Workshop
from hjv_pipelines.failures import HjvError
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.sandbox.clock import generation_served_at
from hjv_pipelines.sandbox.hsa_file import write_file
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.sandbox.unit import SandboxUnit
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope

_SHARES = (0.25, 0.5, 1, 4)
_FLAT = 1.25
"""So much more may a unit cost in the largest nation than in the smallest: noise, and an index that grew a level."""


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give time and memory for each size, and how the largest compares with the smallest."""
    sizes = [round(share * workshop.units) for share in _SHARES]
    grown: dict[int, tuple[float, float]] = {}
    with TemporaryDirectory(prefix="hjv-bench-") as folder:
        for units in workshop.bars.track(sizes, "Importing nations that grow"):
            file = Path(folder, "hsaunits.zip")
            at = datetime.now(UTC)
            write_larger_file(file, workshop.nation, units, at)
            with workshop.copy_of(workshop.migrated) as url:
                grown[units] = _imported(file, url)
    for units, (seconds, megabytes) in grown.items():
        yield Figure(f"growth: {units:,} units, file to cards", seconds, "s")
        yield Figure(f"growth: {units:,} units, peak memory", megabytes, "MB")
    small, large = sizes[0], sizes[-1]
    of_one = {units: 1e6 * seconds / units for units, (seconds, _) in grown.items()}
    aim = times_the_floor(_FLAT)
    yield Figure(f"growth: time a unit, {large:,} beside {small:,}", of_one[large], "µs", of_one[small], aim)
    yield Figure(f"growth: memory, {large:,} beside {small:,}", grown[large][1], "MB", grown[small][1], aim)


def write_larger_file(file: Path, nation: Path, units: int, at: datetime) -> None:
    """Write HSA's file as it would be served at `at`, with so many units: the nation's, over and over."""
    write_file(file, generation_served_at(at, units=units), islice(_units(nation, datetime.now(UTC)), units))


def _units(nation: Path, at: datetime) -> Iterator[SandboxUnit]:
    """Yield the nation's units over and over, with HSA-ids of their own each time."""
    archive = open_nation(nation)
    for turn in count():
        for unit in archive.units(at):
            yield _renumbered(unit, turn) if turn else unit


def _renumbered(unit: SandboxUnit, turn: int) -> SandboxUnit:
    hsa_id = f"{unit.hsa_id}{turn}"
    named = {**unit.container, "hsaIdentity": f"{unit.container['hsaIdentity']}{turn}"}
    return replace(unit, hsa_id=hsa_id, container=named, profile={**unit.profile, "unitHsaId": [hsa_id]})


def _imported(file: Path, database_url: str) -> tuple[float, float]:
    """Return the seconds and the peak memory (MB) of a process that imports `file` and publishes its cards."""
    command = (sys.executable, "-m", "hjv_pipelines.bench.growth", str(file), database_url)
    done = subprocess.run(command, env=only_these({}), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise HjvError(f"An import of the growing nation failed:\n{done.stderr[-2000:]}")
    seconds, megabytes = orjson.loads(done.stdout)
    return seconds, megabytes


def main(file: str, database_url: str) -> None:
    """Import `file` into the database and publish; print seconds and peak memory."""
    started = perf_counter()
    pipeline = Pipeline.from_settings(Settings.model_validate({"hsa_file_url": file}), database_url)
    pipeline.import_source("hsa", Scope.nation(), RUN)
    pipeline.publish(Scope.nation(), RUN)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(orjson.dumps([perf_counter() - started, peak]).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
