"""From the receiver's 202 to the changed card over the delivery API; and a storm of hints.

Each trial changes one unit in the sandbox, notifies as HSA would, and asks for the card until it has changed. The
floor of a storm at the contract's pace is what as many questions take at it when nothing else happens. Nothing may be
lost: a change that is on no card ends the measuring.
"""

from collections.abc import Iterator
from random import Random
from statistics import median

from hjv_pipelines.bench.dagster_import import JOB
from hjv_pipelines.bench.figure import Aim, Figure, no_more_than, times_the_floor
from hjv_pipelines.bench.installation import Installation
from hjv_pipelines.bench.stopwatch import percentile
from hjv_pipelines.bench.teller import HINTS_A_UNIT, Storm, Teller
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.timetable import TIMETABLE

_STORM_UNITS = 2000

_SEED = 1177

_READS = "reads a unit after its last hint"

_ONCE = no_more_than(1.05)
"""Once, and those that were under way."""


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the percentiles of quiet and of busy trials, then two storms: at the contract's pace, and without any."""
    installation = workshop.installation
    with workshop.bars.doing("Waiting for the first imports"):
        installation.wait_until_all_is_imported(len(TIMETABLE))
    teller = Teller(installation, Random(_SEED))  # noqa: S311  which unit is changed, and when
    quiet = [teller.trial() for _ in workshop.bars.track(range(workshop.trials), "Notifying")]
    yield from percentiles("notification to card", quiet, no_more_than(2), no_more_than(5))
    busy = list(_while_importing(installation, teller, workshop))
    yield from percentiles("notification to card, national imports running", busy, None, no_more_than(10))
    units = min(_STORM_UNITS, len(teller.units))
    implied = units * teller.question_seconds()
    paced = storm(workshop, teller, units)
    yield Figure(f"{storm_of(units)}, at the contract's pace", paced.seconds, "s", implied, times_the_floor(1.1))
    yield Figure(f"{storm_of(units)}, at the contract's pace: {_READS}", paced.reads / units, "reads", aim=_ONCE)
    teller = Teller(workshop.restart(hsa_unit_pause_seconds=0.0), Random(_SEED))  # noqa: S311  likewise
    teller.trial()  # so that the storm does not wait for Dagster to come up again
    fast = storm(workshop, teller, units)
    yield Figure(f"{storm_of(units)}, without any pace", fast.seconds, "s", aim=no_more_than(60))
    yield Figure(f"{storm_of(units)}, without any pace: {_READS}", fast.reads / units, "reads", aim=_ONCE)


def storm_of(units: int) -> str:
    """Return a storm's name."""
    return f"storm of {units * HINTS_A_UNIT:,} hints on {units:,} units"


def percentiles(name: str, seconds: list[float], p50: Aim | None, p95: Aim | None) -> Iterator[Figure]:
    """Give what half of the trials do not exceed, what 19 of 20 do not, and the longest."""
    trials = f"{name}, {len(seconds)} trials"
    yield Figure(f"{trials}: p50", median(seconds), "s", aim=p50)
    yield Figure(f"{trials}: p95", percentile(seconds, 0.95), "s", aim=p95)
    yield Figure(f"{trials}: longest", max(seconds), "s")


def _while_importing(installation: Installation, teller: Teller, workshop: Workshop) -> Iterator[float]:
    """Give trials during each of which a national import of HSA runs, one after the other."""

    def keep_importing() -> None:
        if not installation.imports_under_way():
            installation.launch(JOB)

    for _ in workshop.bars.track(range(workshop.trials), "Notifying during national imports"):
        yield teller.trial(keep_importing)
    for run_id in installation.imports_under_way():
        installation.wait_for(run_id)


def storm(workshop: Workshop, teller: Teller, units: int) -> Storm:
    """Return what a storm on so many units cost, with bars that say how far it is."""

    def changing(chosen: list[str]) -> Iterator[str]:
        return workshop.bars.track(chosen, "Changing units for a storm")

    with workshop.bars.doing("Waiting until the storm is over", units) as told:
        return teller.storm(units, changing, told)
