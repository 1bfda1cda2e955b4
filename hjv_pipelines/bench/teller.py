"""HSA's side of a notification: units that change in the sandbox, messages to the receiver, and what becomes of them.

Here: doing that to a running installation. Not here: what is measured of it (`notifications.py`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from time import perf_counter, sleep
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from hjv_pipelines.bench.installation import Installation
from hjv_pipelines.failures import HjvError
from hjv_pipelines.notifications.message import MOST_UNITS
from hjv_pipelines.notifications.secret import secret_of
from hjv_pipelines.notifications.sending import body_of, send
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.sources.registry import build_sources
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.documents import StoredDirectory
from hjv_pipelines.store.inbox.figures import depth

HINTS_A_UNIT = 5
"""How often each unit of a storm is notified."""

_BETWEEN_SECONDS = (0.2, 1.0)
"""Between two trials, by chance: a hundred are spread over a minute."""

_POLL_SECONDS = 0.02
_STORM_POLL_SECONDS = 0.2
_GLANCES = 25
_OPEN = "SELECT FROM hjv.hints WHERE state <> 'done' LIMIT 1"
_LOST_SECONDS = 120
_LONGEST_STORM_SECONDS = 1200
_QUESTIONS = 100


@dataclass(frozen=True, slots=True)
class Storm:
    """What a storm cost.

    `seconds` until the inbox was empty, with every change on its card; `reads` at HSA after the last hint was accepted.
    What was read while hints still came had to be read again.
    """

    seconds: float
    reads: int


class Teller:
    """HSA beside an installation: changes units in its sandbox, and notifies."""

    def __init__(self, installation: Installation, random: Random) -> None:
        self._installation = installation
        self._random = random
        self._archive = open_nation(installation.settings.home / "sandbox")
        self._http = httpx.Client(base_url=installation.delivery, trust_env=False, timeout=30)
        secret = secret_of(installation.settings, "hsa")
        if secret is None:
            raise HjvError("The installation has no secret to sign notifications with.")
        self._secret = secret
        self.units = self._units_with_a_card()

    def trial(self, between: Callable[[], None] = lambda: None) -> float:
        """Change a unit and notify; return the seconds from the 202 to the changed card."""
        sleep(self._random.uniform(*_BETWEEN_SECONDS))
        between()
        (unit,) = self._random.sample(self.units, 1)
        name = self.rename(unit)
        self.notify([unit])
        accepted = perf_counter()
        while perf_counter() - accepted < _LOST_SECONDS:
            if name in self._http.get(f"/v1/cards/{unit}").text:
                return perf_counter() - accepted
            sleep(_POLL_SECONDS)
        raise HjvError(f"The notified change of {unit} is not on its card after {_LOST_SECONDS} s.")

    def rename(self, unit: str) -> str:
        """Give a unit another name in the directory, and return it."""
        name = f"Vårdcentralen {uuid4().hex[:8]}"
        self._archive.change(unit, {"unitName": [name], "publicName": [name]}, datetime.now(UTC))
        return name

    def notify(self, units: list[str]) -> None:
        """Tell the receiver that units changed; return when it has accepted that."""
        now = datetime.now(UTC)
        address = f"{self._installation.receiver}/v1/notifications/hsa"
        answer = send(address, self._secret, body_of(f"bench-{uuid4()}", units, now), now)
        if not answer.accepted:
            raise HjvError(f"The receiver refuses: {answer.told}")

    def question_seconds(self) -> float:
        """Return how long a question about one unit takes at the contract's pace, pause included, when all is quiet.

        Measured at that pace: a service that is asked without a pause has everything at hand, and answers faster.
        """
        source = build_sources(self._installation.settings)["hsa"]
        with self._installation.database() as url, connect(url) as connection:
            asked, directory = Scope(hsa_ids=tuple(self.units[:_QUESTIONS])), StoredDirectory(connection)
            list(source.fetch(asked, directory).records)  # from now on WSDL and connection are there
            started = perf_counter()
            list(source.fetch(asked, directory).records)
        return (perf_counter() - started) / len(asked.hsa_ids)

    def storm(self, units: int, changing: Callable[[list[str]], Iterable[str]], told: Callable[[int], None]) -> Storm:
        """Change so many units, notify each of them several times, and return when all is done.

        `changing` goes through the units that are changed first, `told` learns how many are done. Raises `HjvError`
        when a change is on no card at the end.
        """
        chosen = self.units[:units]
        names = {self.rename(unit) for unit in changing(chosen)}
        started = perf_counter()
        for _ in range(HINTS_A_UNIT):
            for start in range(0, units, MOST_UNITS):
                self.notify(chosen[start : start + MOST_UNITS])
        before = self._reads()
        with self._installation.database() as url, connect(url) as connection:
            while waiting := depth(connection):
                if perf_counter() - started > _LONGEST_STORM_SECONDS:
                    raise HjvError(f"The storm is not over after {_LONGEST_STORM_SECONDS} s: {waiting}")
                told(units - max(state.units for state in waiting))
                _glance_for_a_while(connection)
        storm = Storm(perf_counter() - started, self._reads() - before)
        if lost := names - {standing["card"]["header"]["name"] for standing in self._cards()}:
            raise HjvError(f"{len(lost)} of {units} changes of the storm are on no card.")
        return storm

    def _reads(self) -> int:
        """Return how often HSA was asked for a unit so far."""
        address = f"{self._installation.sandbox}/stats"
        return int(httpx.get(address, trust_env=False, timeout=30).json()["hsa_unit"]["calls"])

    def _units_with_a_card(self) -> list[str]:
        """Return the units that have a card, of those that the unit service knows: a larger file has more."""
        known = {unit.hsa_id for unit in self._archive.units(datetime.now(UTC))}
        return sorted(hsa_id for standing in self._cards() if (hsa_id := standing["hsa_id"]) in known)

    def _cards(self) -> Iterator[dict[str, Any]]:
        path: str | None = "/v1/cards?limit=1000"
        while path is not None:
            page = self._http.get(path).raise_for_status().json()
            yield from page["cards"]
            path = page["next"]


def _glance_for_a_while(connection: psycopg.Connection) -> None:
    """Return when nothing is open in the inbox, or after some seconds: to count what is takes from what is measured."""
    for _ in range(_GLANCES):
        sleep(_STORM_POLL_SECONDS)
        if connection.execute(_OPEN).fetchone() is None:
            return
