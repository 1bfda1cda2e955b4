"""HSA's import as a run of Dagster, in a running installation: HSA's file → documents → store → cards published.

The floor is the sum of the floors of reading, storing and building, where those parts were measured in this run.
"""

from collections.abc import Iterator
from statistics import median

from hjv_pipelines.bench.figure import Figure, no_more_than
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.failures import HjvError
from hjv_pipelines.timetable import TIMETABLE

_JOB = "hsa_import"
_STEPS = ("hsa_file", "store", "cards")


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the time of the first import, of one that changes nothing, and the most memory that any process took."""
    installation = workshop.installation
    floors = [workshop.floors[step] for step in _STEPS if step in workshop.floors]
    floor = sum(floors) if len(floors) == len(_STEPS) else None
    with workshop.bars.doing("Waiting for the first imports"):
        installation.wait_until_all_is_imported(len(TIMETABLE))
    first = installation.first_run_of(_JOB)
    yield Figure("HSA's import in Dagster, first", first.seconds, "s", floor, no_more_than(45))
    taken = []
    for _ in workshop.rounds("Importing HSA again in Dagster"):
        run = installation.wait_for(installation.launch(_JOB))
        if run.status != "SUCCESS":
            raise HjvError(f"HSA's import ended as {run.status}; see {installation.settings.home}/logs.")
        taken.append(run.seconds)
    yield Figure("HSA's import in Dagster, unchanged", median(taken), "s", floor, no_more_than(15))
    peak = max(installation.peak_mb().values(), default=0.0)
    yield Figure("peak memory of any process", peak, "MB", aim=no_more_than(600))
