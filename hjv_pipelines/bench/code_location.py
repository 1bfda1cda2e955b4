"""Importing the code location, beside importing Dagster alone: what every process of an installation begins with."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from hjv_pipelines.bench.figure import Figure, times_the_floor
from hjv_pipelines.bench.stopwatch import medians
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.processes.programs import DEFINITIONS


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the time of the import, in a process that has nothing imported yet."""
    for name in (DEFINITIONS, "dagster"):
        _import(name)  # once, so that neither is compiled meanwhile
    rounds = workshop.rounds("Importing the code location")
    taken, floor = medians(rounds, partial(_import, DEFINITIONS), partial(_import, "dagster"))
    yield Figure("import of the code location", taken, "s", floor, times_the_floor(1.5))


def _import(module: str) -> None:
    subprocess.run((sys.executable, "-c", f"import {module}"), check=True, stderr=subprocess.DEVNULL)  # noqa: S603
