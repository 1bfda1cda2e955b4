"""A day of the installation by its clock: what is due when, what people do, and what goes wrong on some days.

Here: that, in the order of the day. Not here: how each is done (`installation.py`, `nation.py`).
"""

from collections.abc import Callable, Iterator
from datetime import date, time
from functools import partial

from hjv_pipelines.sandbox.faults import Fault
from hjv_pipelines.timetable import TIMETABLE, UNIT_REGISTER, moment_of
from hjv_pipelines_tests.year.installation import Installation
from hjv_pipelines_tests.year.nation import breakdown, change, open_and_close

Event = tuple[time, Callable[[], object]]
EVERY_BREAKDOWN = 8
"""Days between two breakdowns; each lasts a day, and what is held back by it is allowed or rejected in turn."""
EVERY_REFUSAL = 9
"""Days between two mornings on which HSA lets nobody ask about units: hints are set aside, and replayed at nine."""
EVERY_ERROR = 14
"""Days between two imports of HSA that a person reverts; what stands held since is released the next day."""


def live(installation: Installation, day: date, number: int) -> None:
    """Live through the day, the installation's day `number`."""
    for clock, act in sorted(_events(installation, number), key=lambda event: event[0]):
        installation.now = moment_of(day, clock)
        act()


def _events(installation: Installation, number: int) -> Iterator[Event]:
    yield from _imports(installation)
    yield from ((time(hour, 40), installation.strike) for hour in (0, 6, 12, 18))
    yield from ((time(hour, 50), installation.look) for hour in (7, 16, 23))
    yield time(4, 20), installation.forget
    yield time(8), partial(_changes, installation, number)
    yield time(8, 30), partial(_units_come_and_go, installation, number)
    yield time(9), installation.replay
    yield time(9, 30), installation.release
    yield time(17), partial(installation.decide, allowed=number // EVERY_BREAKDOWN % 2 == 0)
    if number % EVERY_BREAKDOWN == EVERY_BREAKDOWN // 2:
        yield time(0, 30), partial(breakdown, installation, number // EVERY_BREAKDOWN)
        yield time(23, 45), installation.faults.mend
    if number % EVERY_ERROR == EVERY_ERROR // 2:
        yield time(11, 45), installation.revert


def _imports(installation: Installation) -> Iterator[Event]:
    """Give the timetable's imports, those of one moment together, and the register's."""
    for clock in {clock for row in TIMETABLE for clock in row.times}:
        yield clock, partial(installation.import_together, [row.source for row in TIMETABLE if clock in row.times])
    for clock in UNIT_REGISTER.times:
        yield clock, installation.register


def _changes(installation: Installation, number: int) -> None:
    """Let sources tell of what changed; on some mornings we are not let in, so that hints are set aside."""
    told = change(installation, number)
    if number % EVERY_REFUSAL == 0:
        installation.faults.set("hsa_unit", Fault("forbidden"))
    for source, hsa_ids in told.items():
        installation.notify(source, hsa_ids)
    installation.faults.mend("hsa_unit")


def _units_come_and_go(installation: Installation, number: int) -> None:
    for hsa_id in open_and_close(installation, number):
        installation.notify("hsa", [hsa_id])
