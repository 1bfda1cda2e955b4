"""Everything that the timetable has at 23:00 and at 01:00, each as the one run of Dagster that the schedules ask for.

Its sources are asked at the pace of their contracts, which is most of the time.
"""

from collections.abc import Iterator
from datetime import time

from hjv_pipelines.bench.figure import Figure, no_more_than
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.failures import HjvError
from hjv_pipelines.timetable import TIMETABLE

_AIM_SECONDS = 180


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the time of the two runs."""
    from hjv_pipelines.orchestration.presentation import CONTACT_CARDS, presentation

    installation = workshop.installation
    with workshop.bars.doing("Waiting for the first imports"):
        installation.wait_until_all_is_imported(len(TIMETABLE))
    for hour in workshop.bars.track((time(23), time(1)), "Importing what is due at one moment"):
        due = [row.source for row in TIMETABLE if hour in row.times]
        assets = (*(presentation(source).asset for source in due), CONTACT_CARDS)
        run = installation.wait_for(installation.launch("timetable_import", assets))
        if run.status != "SUCCESS":
            raise HjvError(f"The import of {hour:%H:%M} ended as {run.status}; see {installation.settings.home}/logs.")
        title = f"everything at {hour:%H:%M}: {', '.join(due)}"
        yield Figure(title, run.seconds, "s", aim=no_more_than(_AIM_SECONDS))
