"""Waking those who wait for changes, the moment that a publication commits; and seeing that nothing stale is given.

Here: the one connection of this process that listens, the bell that it rings, and when it looks at the store for the
memory's sake. Not here: what changed; whoever is woken reads the feed. A bell that cannot listen for a while delays
those who wait, and loses nothing; and the memory is not sure of anything then.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg

from hjv_pipelines.delivery.looking import look
from hjv_pipelines.delivery.memory import Memory

_CHANNELS = ("LISTEN hjv_feed", "LISTEN hjv_consumers")
_TRY_AGAIN_SECONDS = 2.0
_LOOK_SECONDS = 1.0
"""Between two looks where nothing is heard: less than the memory is sure for, so that it is all along."""
_LONGEST_LOOK_SECONDS = 10.0
"""A line that does not answer so long is dead, whatever the system says of it."""


class Bell:
    """Rings for everybody who waits; each ring is one event, so that none is missed between looking and waiting."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def next_ring(self) -> asyncio.Event:
        """Return the ring to wait for: take it before looking at the feed."""
        return self._next

    def ring(self) -> None:
        """Wake everybody who waits for the next ring."""
        ringing, self._next = self._next, asyncio.Event()
        ringing.set()


async def rung(ring: asyncio.Event, seconds: float) -> None:
    """Wait for a ring, at most so long."""
    with suppress(TimeoutError):
        await asyncio.wait_for(ring.wait(), seconds)


@asynccontextmanager
async def listening(database_url: str, memory: Memory) -> AsyncIterator[Bell]:
    """Give a bell that rings at every publication in the database, for as long as the context lasts."""
    bell = Bell()
    listener = asyncio.create_task(_listen(database_url, bell, memory))
    try:
        yield bell
    finally:
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener


async def _listen(database_url: str, bell: Bell, memory: Memory) -> None:
    while True:
        with suppress(psycopg.Error, TimeoutError):
            await _ring_while_connected(database_url, bell, memory)
        memory.forget_all()
        await asyncio.sleep(_TRY_AGAIN_SECONDS)


async def _ring_while_connected(database_url: str, bell: Bell, memory: Memory) -> None:
    async with await psycopg.AsyncConnection.connect(
        database_url, autocommit=True, application_name="hjv delivery bell", connect_timeout=3, keepalives_idle=30
    ) as connection:
        for channel in _CHANNELS:
            await connection.execute(channel)
        bell.ring()  # what was published while nobody listened
        while True:
            async with asyncio.timeout(_LONGEST_LOOK_SECONDS):
                await look(connection, memory)
            async for _ in connection.notifies(timeout=_LOOK_SECONDS, stop_after=1):
                memory.doubt()
                bell.ring()
