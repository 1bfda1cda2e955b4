"""A port for a server that a test starts in a process of its own.

Here: the choice of one that nobody takes meanwhile. Servers within the tests ask for port 0 instead.
"""

import socket
from contextlib import suppress
from random import SystemRandom

BELOW_THE_SYSTEMS_OWN = range(15_000, 30_000)
"""What Linux gives to whoever asks for port 0 lies above: none of those is taken between the choice and the use."""


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    chance = SystemRandom()
    while True:
        port = chance.choice(BELOW_THE_SYSTEMS_OWN)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
