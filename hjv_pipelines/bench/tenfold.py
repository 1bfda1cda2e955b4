"""Ten times the load: an installation with a file of ten times the units, and a storm on every unit that can change.

The further units are the nation's with HSA-ids of their own; HSA's service answers about the nation's alone, so those
are the ones that change. Here: that. Not here: how the same is measured of the nation (`dagster_import.py`,
`notifications.py`, `delivery.py`), and parts without an installation that grow (`growth.py`, `inbox.py`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hjv_pipelines.bench.asking import ask_in_turn
from hjv_pipelines.bench.dagster_import import JOB
from hjv_pipelines.bench.delivery import all_cards, searches
from hjv_pipelines.bench.figure import Figure
from hjv_pipelines.bench.growth import write_larger_file
from hjv_pipelines.bench.installation import Installation, empty_folder, installed
from hjv_pipelines.bench.notifications import percentiles, storm, storm_of
from hjv_pipelines.bench.stopwatch import seconds
from hjv_pipelines.bench.teller import Teller
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.store.database import connect
from hjv_pipelines.timetable import TIMETABLE

_TIMES = 10
_SEED = 1177
_BETWEEN_FILES = timedelta(hours=8)
_GIGABYTE = 1e9
_SIZE = "SELECT pg_database_size(current_database()), (SELECT count(*) FROM hjv.cards WHERE card_hash IS NOT NULL)"


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the times of imports, notifications, a storm without any pace, and what the delivery takes after them."""
    workshop.stop()
    units, now = _TIMES * workshop.units, datetime.now(UTC)
    with TemporaryDirectory(prefix="hjv-bench-") as folder:
        file, next_file = Path(folder, "hsaunits.zip"), Path(folder, "next.zip")
        with workshop.bars.doing(f"Writing two files of {units:,} units"):
            write_larger_file(file, workshop.nation, units, now - _BETWEEN_FILES)
            write_larger_file(next_file, workshop.nation, units, now)
        chosen = {
            "data_dir": empty_folder(workshop.settings.home / "installation", workshop.nation),
            "hsa_file_url": str(file),
            "hsa_unit_pause_seconds": 0.0,
            "delivery_requests_per_minute": 10**9,
        }
        with installed(workshop.settings.model_copy(update=chosen)) as installation:
            yield Figure(f"start: hjv up to the cards of {units:,} units", installation.cards_seconds, "s")
            with workshop.bars.doing("Waiting for the first imports"):
                installation.wait_until_all_is_imported(len(TIMETABLE))
            yield Figure("HSA's import in Dagster, first", installation.first_run_of(JOB).seconds, "s")
            next_file.replace(file)
            with workshop.bars.doing("Importing HSA again in Dagster"):
                again = installation.seconds_of(installation.launch(JOB))
            yield Figure("HSA's import in Dagster, unchanged", again, "s")
            yield Figure("peak memory of any process", max(installation.peak_mb().values()), "MB")
            yield from _told(workshop, installation)
            yield from _asked(workshop, installation)


def _told(workshop: Workshop, installation: Installation) -> Iterator[Figure]:
    """Give what notifications take, one by one and all at once."""
    teller = Teller(installation, Random(_SEED))  # noqa: S311  which unit is changed, and when
    trials = [teller.trial() for _ in workshop.bars.track(range(workshop.trials), "Notifying")]
    yield from percentiles("notification to card", trials, None, None)
    units = len(teller.units)
    stormed = storm(workshop, teller, units)
    yield Figure(f"{storm_of(units)}, without any pace", stormed.seconds, "s")
    yield Figure("units read, kept and published a second in it", units / stormed.seconds, "units")


def _asked(workshop: Workshop, installation: Installation) -> Iterator[Figure]:
    """Give how large the database has become, and what its cards take to be found and delivered."""
    with installation.database() as url, connect(url) as connection:
        size, cards = connection.execute(_SIZE).fetchone() or (0, 0)
    yield Figure("the database", size / _GIGABYTE, "GB")
    with workshop.bars.doing("Delivering all cards"):
        taken = seconds(partial(ask_in_turn, [all_cards(installation.delivery)]))
    yield Figure(f"all {cards:,} cards in one stream", taken, "s")
    yield from searches(workshop, installation.delivery)
