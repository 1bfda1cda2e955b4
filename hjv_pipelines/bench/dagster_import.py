"""HSA's import as a run of Dagster, in a running installation: HSA's file → documents → store → cards published.

The floor is the sum of the floors of reading, storing and building, where those parts were measured in this run.
"""

from collections.abc import Iterator
from statistics import median

from hjv_pipelines.bench.figure import Figure, no_more_than
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.timetable import TIMETABLE

JOB = "hsa_import"
_STEPS = ("hsa_file", "store", "cards")


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the time of the first import, of one that changes nothing, and the most memory that any process took."""
    installation = workshop.installation
    floors = [workshop.floors[step] for step in _STEPS if step in workshop.floors]
    floor = sum(floors) if len(floors) == len(_STEPS) else None
    with workshop.bars.doing("Waiting for the first imports"):
        installation.wait_until_all_is_imported(len(TIMETABLE))
    first = installation.first_run_of(JOB)
    yield Figure("HSA's import in Dagster, first", first.seconds, "s", floor, no_more_than(45))
    rounds = workshop.rounds("Importing HSA again in Dagster")
    taken = [installation.seconds_of(installation.launch(JOB)) for _ in rounds]
    yield Figure("HSA's import in Dagster, unchanged", median(taken), "s", floor, no_more_than(15))
    peak = max(installation.peak_mb().values(), default=0.0)
    yield Figure("peak memory of any process", peak, "MB", aim=no_more_than(600))
