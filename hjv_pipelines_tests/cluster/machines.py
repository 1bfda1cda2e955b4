"""Machines of a test: network namespaces with an address of their own, joined by a bridge.

Here: making them, where Linux lets us; elsewhere every machine is this one, on loopback. Not here: what runs on them.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import SystemRandom


@dataclass(frozen=True, slots=True)
class Machine:
    """A place for processes: `enter` is put before their command."""

    name: str
    address: str
    enter: tuple[str, ...] = ()


@contextmanager
def machines(*names: str) -> Iterator[tuple[Machine, ...]]:
    """Give a machine for each name, and first of all this one, where they all reach it."""
    chance = SystemRandom()
    mark, net = f"{chance.randrange(1 << 24):06x}", f"10.{chance.randrange(64, 128)}.{chance.randrange(256)}"
    bridge = f"hjv{mark}"
    others = [
        Machine(name, f"{net}.{number}", ("ip", "netns", "exec", f"hjv{mark}-{name}"))
        for number, name in enumerate(names, start=2)
    ]
    try:
        if _bridged(bridge, f"{net}.1") and all(_joined(machine, bridge, mark) for machine in others):
            yield (Machine("this", f"{net}.1"), *others)
        else:
            yield tuple(Machine(name, "127.0.0.1") for name in ("this", *names))
    finally:
        for name in names:
            _ip("netns", "delete", f"hjv{mark}-{name}")
        _ip("link", "delete", bridge)


def _bridged(bridge: str, address: str) -> bool:
    """Make the bridge, and give this machine its address on it; tell whether that is permitted here."""
    return (
        _ip("link", "add", bridge, "type", "bridge")
        and _ip("address", "add", f"{address}/24", "dev", bridge)
        and _ip("link", "set", bridge, "up")
    )


def _joined(machine: Machine, bridge: str, mark: str) -> bool:
    """Make a machine's namespace with one wire to the bridge; tell whether programs can run there."""
    space, number = machine.enter[-1], machine.address.rpartition(".")[2]
    ours, theirs = f"h{mark}o{number}", f"h{mark}t{number}"
    return (
        _ip("netns", "add", space)
        and _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", space)
        and _ip("link", "set", ours, "master", bridge, "up")
        and _ip("-n", space, "address", "add", f"{machine.address}/24", "dev", theirs)
        and _ip("-n", space, "link", "set", theirs, "up")
        and _ip("-n", space, "link", "set", "lo", "up")
        and _ip("netns", "exec", space, "true")
    )


def _ip(*arguments: str) -> bool:
    """Run `ip`; tell whether it did as asked."""
    if shutil.which("ip") is None:
        return False
    return subprocess.run(("ip", *arguments), capture_output=True, check=False).returncode == 0
