"""Ports that somebody else has, named before anything starts.

Here: the check, and who it is. Not here: which ports are ours (`programs.py`).
"""

import os
import socket
from collections.abc import Iterable

import psutil

from hjv_pipelines.failures import HjvError
from hjv_pipelines.processes.programs import Address, Program


def refuse_taken_ports(programs: Iterable[Program]) -> None:
    """Raise `HjvError` that names every port of `programs` which cannot be listened on, and by whom it is taken."""
    taken = [
        _sentence(program.title, program.address, error)
        for program in programs
        if program.address and (error := _refusal(program.address))
    ]
    if taken:
        raise HjvError("\n".join(taken))


def _refusal(address: Address) -> OSError | None:
    try:
        with socket.create_server((address.host, address.port)):
            return None
    except OSError as error:
        return error


def _sentence(title: str, address: Address, error: OSError) -> str:
    why = os.strerror(error.errno or 0) + _holder(address.port)
    return (
        f"{title} cannot listen on {address.host}:{address.port} ({why}). "
        f"Stop that, or choose another port with HJV_{address.setting.upper()}."
    )


def _holder(port: int) -> str:
    """Return who listens on `port`, as far as we may know."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return ""
    for connection in connections:
        listens = connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
        if listens and connection.pid:
            return f", by process {connection.pid}, {_name(connection.pid)}"
    return ""


def _name(pid: int) -> str:
    try:
        return " ".join(psutil.Process(pid).cmdline()[:3])
    except psutil.Error:
        return "which is gone"
