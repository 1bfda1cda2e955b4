"""Everything that the timetable has at 23:00 and at 01:00, each as the one run of Dagster that the schedules ask for.

Its sources are asked at the pace of their contracts, which is most of the time: each has a figure of its own, whose
floor is what its pace implies, the distance between as many calls as were made.
"""

from collections.abc import Iterator
from datetime import time

from hjv_pipelines.bench.figure import Figure, no_more_than, times_the_floor
from hjv_pipelines.bench.installation import Installation
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.store.database import connect
from hjv_pipelines.timetable import TIMETABLE

_AIM_SECONDS = 180
_FEWEST_CALLS = 10
"""With fewer calls the pace implies next to nothing, and the ratio to it says nothing."""

_IMPORTED = """
SELECT i.source, extract(epoch FROM max(i.ended_at) - min(i.started_at))::double precision, (
    SELECT count(*) FROM hjv.raw_inputs r JOIN hjv.imports o USING (import_id)
    WHERE o.run_id = i.run_id AND o.source = i.source)
FROM hjv.imports i WHERE i.run_id = %s GROUP BY i.run_id, i.source ORDER BY i.source
"""


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the time of the two runs, and of each source in them."""
    from hjv_pipelines.orchestration.presentation import CONTACT_CARDS, presentation

    installation = workshop.installation
    with workshop.bars.doing("Waiting for the first imports"):
        installation.wait_until_all_is_imported(len(TIMETABLE))
    for hour in workshop.bars.track((time(23), time(1)), "Importing what is due at one moment"):
        due = [row.source for row in TIMETABLE if hour in row.times]
        assets = (*(presentation(source).asset for source in due), CONTACT_CARDS)
        run_id = installation.launch("timetable_import", assets)
        seconds = installation.seconds_of(run_id)
        title = f"everything at {hour:%H:%M}: {', '.join(due)}"
        yield Figure(title, seconds, "s", aim=no_more_than(_AIM_SECONDS))
        yield from _sources(installation, run_id)


def _sources(installation: Installation, run_id: str) -> Iterator[Figure]:
    """Give the time of each source that has a pace, and was asked often enough for it to show."""
    with installation.database() as url, connect(url) as connection:
        imported = connection.execute(_IMPORTED, (run_id,)).fetchall()
    for source, seconds, calls in imported:
        pace = float(getattr(installation.settings, f"{source}_calls_per_second", 0))
        if pace and calls >= _FEWEST_CALLS:
            name = f"{source}: import at {pace:g} calls a second, {calls} calls"
            yield Figure(name, seconds, "s", (calls - 1) / pace, times_the_floor(1.05))
