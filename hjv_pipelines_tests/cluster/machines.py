"""Machines of a test: network namespaces with an address of their own, joined by a bridge.

Here: making them, as root on Linux; elsewhere every machine is this one, on loopback. Not here: what runs on them.
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
    if not _ip("link", "add", bridge, "type", "bridge"):
        yield tuple(Machine(name, "127.0.0.1") for name in ("this", *names))
        return
    try:
        _ip("address", "add", f"{net}.1/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        others = [_join(name, bridge, mark, f"{net}.{number}") for number, name in enumerate(names, start=2)]
        yield (Machine("this", f"{net}.1"), *others)
    finally:
        for name in names:
            _ip("netns", "delete", f"hjv{mark}-{name}")
        _ip("link", "delete", bridge)


def _join(name: str, bridge: str, mark: str, address: str) -> Machine:
    """Make a namespace with one wire to the bridge."""
    space, number = f"hjv{mark}-{name}", address.rpartition(".")[2]
    ours, theirs = f"h{mark}o{number}", f"h{mark}t{number}"
    _ip("netns", "add", space)
    _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", space)
    _ip("link", "set", ours, "master", bridge, "up")
    _ip("-n", space, "address", "add", f"{address}/24", "dev", theirs)
    _ip("-n", space, "link", "set", theirs, "up")
    _ip("-n", space, "link", "set", "lo", "up")
    return Machine(name, address, ("ip", "netns", "exec", space))


def _ip(*arguments: str) -> bool:
    """Run `ip`; tell whether it did as asked."""
    if shutil.which("ip") is None:
        return False
    return subprocess.run(("ip", *arguments), capture_output=True, check=False).returncode == 0
