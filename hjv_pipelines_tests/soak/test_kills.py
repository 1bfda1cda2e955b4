"""Trap 50: whoever is killed when, every accepted notification is on its card, and none twice in the feed.

A whole installation (`hjv up`, the small nation) under traffic of notifications; processes are killed with SIGKILL at
random moments, HJV_SOAK_KILLS times in all (100: twenty of each kind). HJV_SOAK_SEED chooses another storm.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic, sleep
from uuid import uuid4

import httpx
import psutil
import psycopg
import pytest

from hjv_pipelines.failures import HjvError
from hjv_pipelines.notifications.secret import secret_of
from hjv_pipelines.notifications.sending import body_of, send
from hjv_pipelines.processes.environment import environment
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.settings import Settings
from hjv_pipelines_tests.ports import free_port

UP = (sys.executable, "-m", "hjv_pipelines.cli", "up")
KILLS = int(os.environ.get("HJV_SOAK_KILLS", "100"))
SEED = int(os.environ.get("HJV_SOAK_SEED", "1177"))
SETTLING_SECONDS = 600
RECOVERY_SECONDS = 180

VICTIMS = {
    "daemon": "dagster-daemon",
    "code server": "api grpc",
    "worker": "--queues notifications",
    "receiver": "notifications.receiver",
    "database": "pginstall",
}

pytestmark = [pytest.mark.soak, pytest.mark.timeout(4 * 3600)]


@dataclass
class Storm:
    """Traffic and kills over one installation; `promised` is the last name that was accepted of each unit.

    `flowing` is set by each notification that is accepted.
    """

    settings: Settings
    random: Random
    promised: dict[str, str] = field(default_factory=dict)
    killed: dict[str, int] = field(default_factory=dict)
    flowing: Event = field(default_factory=Event)
    over: Event = field(default_factory=Event)

    def notify(self) -> None:
        """Change units and notify them until the storm is over; a name counts as promised once it is accepted."""
        archive, secret = open_nation(self.settings.home / "sandbox"), secret_of(self.settings, "hsa")
        assert secret
        address = f"http://127.0.0.1:{self.settings.receiver_port}/v1/notifications/hsa"
        units = sorted(published_names(self.settings))
        while not self.over.wait(self.random.uniform(0.05, 0.4)):
            unit, name = self.random.choice(units), f"Vårdcentralen {uuid4().hex[:8]}"
            archive.change(unit, {"unitName": [name], "publicName": [name]}, datetime.now(UTC))
            body = body_of(f"soak-{uuid4()}", [unit], datetime.now(UTC))
            while not accepted(address, secret, body):
                sleep(0.2)
            self.promised[unit] = name
            self.flowing.set()

    def kill(self) -> None:
        """Kill as many processes as are asked for, each kind equally often, at random moments of flowing traffic."""
        for number in range(KILLS):
            kind = list(VICTIMS)[number % len(VICTIMS)]
            self.flowing.clear()
            assert self.flowing.wait(RECOVERY_SECONDS), f"No notification is accepted any more; killed {self.killed}."
            sleep(self.random.uniform(0.5, 6.0))
            self.random.choice(living(self.settings, VICTIMS[kind])).kill()
            self.killed[kind] = self.killed.get(kind, 0) + 1
            sys.stdout.write(f"\rKilled {number + 1} of {KILLS}; promised {len(self.promised)} units.")


def accepted(address: str, secret: str, body: bytes) -> bool:
    """Send a notification; tell whether the receiver accepted it."""
    try:
        return send(address, secret, body, datetime.now(UTC)).accepted
    except HjvError:
        return False


def living(settings: Settings, word: str) -> list[psutil.Process]:
    """Return the installation's processes whose command line holds `word`, once there are any."""
    until = monotonic() + RECOVERY_SECONDS
    while not (found := family(settings, word)):
        assert monotonic() < until, f"{word} does not come back."
        sleep(0.2)
    return found


def family(settings: Settings, word: str) -> list[psutil.Process]:
    """Return the installation's processes whose command line holds `word`."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            command = " ".join(process.cmdline())
            if word in command and str(settings.home) in command + process.environ().get("HJV_DATA_DIR", ""):
                found.append(process)
    return found


def published_names(settings: Settings) -> dict[str, str]:
    """Return the names on the cards, as the delivery tells them to everybody."""
    answer = httpx.get(
        f"http://127.0.0.1:{settings.delivery_port}/v1/cards",
        headers={"Accept": "application/x-ndjson"},
        timeout=60,
        trust_env=False,
    )
    lines = [httpx.Response(200, content=line).json() for line in answer.text.splitlines()]
    return {line["hsa_id"]: line["card"]["header"]["name"] for line in lines if "card" in line}


@pytest.fixture
def settings() -> Iterator[Settings]:
    names = ("ui_port", "delivery_port", "receiver_port", "sandbox_port", "code_server_port")
    with TemporaryDirectory(prefix="hjv-soak-") as folder:
        yield Settings(data_dir=Path(folder), sandbox_size="small", **{name: free_port() for name in names})


@pytest.fixture
def installation(settings: Settings) -> Iterator[Settings]:
    """Give a running installation whose cards are published."""
    with subprocess.Popen(UP, env=told(settings), stdout=subprocess.PIPE, text=True) as up:
        try:
            assert up.stdout
            assert any("cards are published" in line for line in up.stdout)
            yield settings
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(120)


def told(settings: Settings) -> Mapping[str, str]:
    variables = environment(settings, "")
    kept = {name: variables[name] for name in variables if name.endswith(("_PORT", "_SIZE", "HJV_DATA_DIR"))}
    return os.environ | kept


def test_every_accepted_notification_is_on_its_card_and_none_twice_in_the_feed(installation: Settings) -> None:
    storm = Storm(installation, Random(SEED))
    traffic = Thread(target=storm.notify, daemon=True)
    traffic.start()
    storm.kill()
    storm.over.set()
    traffic.join()
    missing = settled(storm)
    sys.stdout.write(f"\nKilled {storm.killed}; promised {len(storm.promised)} units; missing {len(missing)}.\n")
    assert missing == {}, hints_of(installation, missing)
    assert repeated_in_the_feed(installation) == []


def settled(storm: Storm) -> dict[str, str]:
    """Wait until every promised name is on its card; return those that are not."""
    until = monotonic() + SETTLING_SECONDS
    missing = dict(storm.promised)
    while missing and monotonic() < until:
        sleep(1)
        with suppress(httpx.HTTPError, ValueError, KeyError):
            names = published_names(storm.settings)
            missing = {unit: name for unit, name in storm.promised.items() if names.get(unit) != name}
    return missing


def hints_of(settings: Settings, units: Iterable[str]) -> list[tuple[object, ...]]:
    """Return how the newest hints of units stand: state, attempts, last error, next try, and of how many."""
    with psycopg.connect(database_of(settings)) as connection:
        return connection.execute(
            "SELECT state, attempts, last_error, max(next_try_at), count(*) FROM ("
            "SELECT DISTINCT ON (hsa_id) * FROM hjv.hints WHERE hsa_id = ANY(%s) ORDER BY hsa_id, hint_id DESC) newest "
            "GROUP BY state, attempts, last_error ORDER BY count(*) DESC LIMIT 20",
            (list(units),),
        ).fetchall()


def database_of(settings: Settings) -> str:
    return f"postgresql://postgres@/postgres?host={settings.home / 'postgres'}"


def repeated_in_the_feed(settings: Settings) -> list[tuple[str, int]]:
    """Return the feed's entries that say of a unit what the one before said, and its positions that are missing."""
    with psycopg.connect(database_of(settings)) as connection:
        return connection.execute(
            "WITH entries AS (SELECT hsa_id, position, card_hash, "
            "lag(card_hash) OVER (PARTITION BY hsa_id ORDER BY position) AS before, "
            "lag(position) OVER (ORDER BY position) AS previous FROM hjv.feed) "
            "SELECT hsa_id, position FROM entries WHERE card_hash = before OR position <> previous + 1"
        ).fetchall()
