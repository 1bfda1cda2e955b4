"""`hjv up`: everything, in order, until it is told to stop; then nothing is left.

Here: the sequence. Not here: any single step, and what is said of it (`announcement.py`).
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from shutil import copyfile
from time import sleep

from hjv_pipelines.failures import HjvError
from hjv_pipelines.processes.announcement import Announcer, addresses, announcing, first_cards
from hjv_pipelines.processes.environment import dagster_home, environment
from hjv_pipelines.processes.exclusive import alone
from hjv_pipelines.processes.interruption import until_interrupted
from hjv_pipelines.processes.ports import refuse_taken_ports
from hjv_pipelines.processes.programs import Program, foundation, programs, project_file
from hjv_pipelines.processes.readiness import start_in_order
from hjv_pipelines.processes.sandbox import ensure_nation
from hjv_pipelines.processes.supervisor import Supervisor, supervised
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import database
from hjv_pipelines.store.migrate import migrate

_LOOK_SECONDS = 3


def up(settings: Settings) -> None:
    """Start everything, serve until SIGINT, SIGTERM or SIGHUP, and stop everything.

    A data folder that already holds cards serves them at once. Raises `HjvError` when it runs already with this
    data folder, when a port is taken, or when a program does not start.
    """
    if "%" in str(settings.home):
        raise HjvError(
            f"The process supervisor cannot take the % in {settings.home}: set HJV_DATA_DIR to another folder."
        )
    beneath, above = foundation(settings), programs(settings)
    with announcing() as announcer:
        with until_interrupted(), alone(settings.home, addresses(settings)):
            refuse_taken_ports((*beneath, *above))
            announcer.doing("Starting the database …")
            with database(settings) as url:
                migrate(url)
                announcer.done("Database")
                shared = environment(settings, url)
                _configure_dagster(settings)
                _prepare_sandbox(settings, announcer)
                with supervised(settings.home, above, beneath, shared) as supervisor:
                    try:
                        _prepare_dagster(shared, announcer)
                        _start(supervisor, (*beneath, *above), announcer)
                        announcer.serving(settings)
                        _serve(supervisor, settings, url, announcer)
                    finally:
                        announcer.doing("Stopping …")
        announcer.done("Everything is stopped")


def _configure_dagster(settings: Settings) -> None:
    home = dagster_home(settings)
    home.mkdir(parents=True, exist_ok=True)
    copyfile(project_file("dagster.yaml"), home / "dagster.yaml")


def _prepare_dagster(shared: Mapping[str, str], announcer: Announcer) -> None:
    """Make or upgrade Dagster's tables in one process, while those that use them are still held back."""
    announcer.doing("Preparing Dagster …")
    prepared = subprocess.run(
        (sys.executable, "-m", "hjv_pipelines.orchestration.storage"),
        env={**os.environ, **shared},
        capture_output=True,
        text=True,
        check=False,
    )
    if prepared.returncode:
        raise HjvError(f"Dagster's tables cannot be prepared:\n{prepared.stderr.strip()[-2000:]}")
    announcer.done("Dagster's tables")


def _prepare_sandbox(settings: Settings, announcer: Announcer) -> None:
    if settings.sources == "sandbox":
        ensure_nation(settings, announcer.doing)
        announcer.done("Synthetic Sweden")


def _start(supervisor: Supervisor, everything: tuple[Program, ...], announcer: Announcer) -> None:
    def tell(ready: Program, waiting: tuple[Program, ...]) -> None:
        announcer.done(ready.title)
        announcer.doing(f"Waiting for {', '.join(program.title for program in waiting)} …")

    start_in_order(supervisor, everything, tell)


def _serve(supervisor: Supervisor, settings: Settings, url: str, announcer: Announcer) -> None:
    """Return never: what ends this is an interruption, or supervisord's own end, which is an error."""
    announcer.doing("Waiting for the first cards …")
    while supervisor.lives and not (cards := first_cards(url)).whole:
        announcer.doing(f"The first cards: {cards.number:,} …")
        sleep(_LOOK_SECONDS)
    if supervisor.lives:
        announcer.cards(cards.number, settings, url)
        announcer.doing("Serving …")
    while supervisor.lives:
        sleep(_LOOK_SECONDS)
    raise HjvError(f"The process supervisor has ended; see {supervisor.log_of('supervisord')}.")
