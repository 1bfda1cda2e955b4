"""Waiting until every program answers, each as soon as what it waits for does.

Here: what ready means, and what is said when a program never is. Not here: starting (`supervisor.py`).
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep

import httpx

from hjv_pipelines.failures import HjvError
from hjv_pipelines.processes.programs import Address, Program
from hjv_pipelines.processes.supervisor import FATAL, RUNNING, Supervisor

PATIENCE_SECONDS = 180
"""How long a program may take to answer."""

_LOOK_SECONDS = 0.1
_CALL_SECONDS = 2
_LAST_LINES = 12


def start_in_order(
    supervisor: Supervisor,
    programs: tuple[Program, ...],
    told: Callable[[Program, tuple[Program, ...]], None],
) -> None:
    """Start what is held back as soon as it may, and return when all `programs` are ready.

    `told` learns of each that got ready, and which are still waited for. Raises `HjvError` with the last lines of
    its log when one does not start.
    """
    began = monotonic()
    waiting = programs
    while waiting:
        states = supervisor.states()
        for program in waiting:
            if states[program.name] == FATAL:
                raise _failure(supervisor, program, "does not start")
            if states[program.name] == RUNNING and _answers(program.address):
                waiting = tuple(other for other in waiting if other is not program)
                told(program, waiting)
                for held in (other for other in waiting if other.after == program.name):
                    supervisor.start(held)
        if waiting and monotonic() - began > PATIENCE_SECONDS:
            raise _failure(supervisor, waiting[0], f"does not answer within {PATIENCE_SECONDS} seconds")
        sleep(_LOOK_SECONDS)


def _answers(address: Address | None) -> bool:
    """Return whether a program is ready to serve; one without an address is, once it runs."""
    if address is None:
        return True
    if address.url.startswith("tcp:"):
        with suppress(OSError), socket.create_connection((address.host, address.port), _CALL_SECONDS):
            return True
        return False
    with suppress(httpx.HTTPError):
        return httpx.get(address.url, timeout=_CALL_SECONDS, trust_env=False).is_success
    return False


def _failure(supervisor: Supervisor, program: Program, what: str) -> HjvError:
    log = supervisor.log_of(program.name)
    with suppress(OSError):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        return HjvError(f"{program.title} {what}. The end of {log}:\n" + "\n".join(lines))
    return HjvError(f"{program.title} {what}; see {log}.")
