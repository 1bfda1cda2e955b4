"""Faults on demand: which service is broken, how, and for how many answers more.

Here: the kinds of faults, and a small JSON file of those that are set, so that one process can set them while
another serves. Not here: what a fault looks like on the wire (`wire.py`).
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import orjson
from filelock import FileLock

from hjv_pipelines.failures import HjvError
from hjv_pipelines.sandbox.soap import PLATFORM_CODES

Service = Literal[
    "hsa_file",
    "hsa_unit",
    "eservices",
    "listing",
    "patient_survey",
    "waiting_times",
    "waiting_times_skane",
    "offerings",
    "vaccinera",
    "kka",
]
"""The services that can be broken."""

Kind = Literal["truncated", "empty", "half", "nothing", "late", "slow", "500", "fault", "hang", "reset", "forbidden"]
"""The ways to break one; `FAULTS` says what each does."""

FAULTS: dict[Kind, str] = {
    "truncated": "the first half of the answer's bytes, as if that were all",
    "empty": "HTTP 200 and not one byte",
    "half": "a complete, well-formed answer with half of the units",
    "nothing": "a complete, well-formed answer with no unit at all",
    "late": "the answer of a day ago: yesterday's file again",
    "slow": "the right answer, a few bytes at a time",
    "500": "HTTP 500 with a page of HTML",
    "fault": "a SOAP fault with a platform code; for the file, HTTP 503 with Retry-After",
    "hang": "the request is taken and never answered",
    "reset": "the connection is reset in place of an answer",
    "forbidden": "HTTP 403",
}

SERVICES: tuple[Service, ...] = get_args(Service)


@dataclass(frozen=True, slots=True)
class Fault:
    """How a service is broken, for so many `remaining` answers or until it is mended.

    `code` is the platform's, for the kind `fault`.
    """

    kind: Kind
    code: str = "VP009"
    remaining: int | None = None

    def __post_init__(self) -> None:
        """Refuse a fault that does not exist."""
        if self.kind not in FAULTS:
            raise HjvError(f"There is no fault {self.kind!r}. Choose one of: {', '.join(FAULTS)}.")
        if self.code not in PLATFORM_CODES:
            raise HjvError(f"The platform has no code {self.code!r}. Choose one of: {', '.join(PLATFORM_CODES)}.")
        if self.remaining is not None and self.remaining < 1:
            raise HjvError("A fault lasts for at least one answer: give a count of 1 or more.")


class Faults:
    """The faults that are set, in `faults.json` of `folder`. Safe among threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "faults.json"

    def set(self, service: Service, fault: Fault) -> None:
        """Break `service` from its next answer on."""
        with self._lock():
            self._write({**self.current(), service: fault})

    def mend(self, *services: Service) -> None:
        """Mend `services`; all of them when none is named."""
        mended = services or SERVICES
        with self._lock():
            self._write({service: fault for service, fault in self.current().items() if service not in mended})

    def take(self, service: Service) -> Fault | None:
        """Return the fault of the answer that `service` gives now, and count it."""
        if service not in self.current():
            return None
        with self._lock():
            standing = self.current()
            fault = standing.pop(service, None)
            if fault is None or fault.remaining is None:
                return fault
            if fault.remaining > 1:
                standing[service] = replace(fault, remaining=fault.remaining - 1)
            self._write(standing)
        return fault

    def current(self) -> dict[Service, Fault]:
        """Return the faults that are set."""
        if not self._path.exists():
            return {}
        return {service: Fault(**fault) for service, fault in orjson.loads(self._path.read_bytes()).items()}

    def _lock(self) -> FileLock:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._path.with_suffix(".lock"))

    def _write(self, faults: dict[Service, Fault]) -> None:
        beside = self._path.with_suffix(".part")
        beside.write_bytes(orjson.dumps({service: asdict(fault) for service, fault in faults.items()}))
        beside.replace(self._path)
