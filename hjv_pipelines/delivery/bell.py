"""Waking those who wait for changes, the moment that a publication commits.

Here: the one connection of this process that listens, and the bell that it rings. Not here: what changed; whoever is
woken reads the feed. A bell that cannot listen for a while delays those who wait, and loses nothing.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg

CHANNEL = "hjv_feed"
_LISTEN = "LISTEN hjv_feed"
_TRY_AGAIN_SECONDS = 2.0


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
async def listening(database_url: str) -> AsyncIterator[Bell]:
    """Give a bell that rings at every publication in the database, for as long as the context lasts."""
    bell = Bell()
    listener = asyncio.create_task(_listen(database_url, bell))
    try:
        yield bell
    finally:
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener


async def _listen(database_url: str, bell: Bell) -> None:
    while True:
        with suppress(psycopg.OperationalError):
            await _ring_while_connected(database_url, bell)
        await asyncio.sleep(_TRY_AGAIN_SECONDS)


async def _ring_while_connected(database_url: str, bell: Bell) -> None:
    async with await psycopg.AsyncConnection.connect(
        database_url, autocommit=True, application_name="hjv delivery bell", connect_timeout=3, keepalives_idle=30
    ) as connection:
        await connection.execute(_LISTEN)
        bell.ring()  # what was published while nobody listened
        async for _ in connection.notifies():
            bell.ring()
