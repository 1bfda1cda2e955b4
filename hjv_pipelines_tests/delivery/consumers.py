"""Consumers for the delivery's tests: they keep a copy, and die in the middle of it again and again.

Here: a wire on which they die, and following the feed over it. Not here: what is published meanwhile
(`publishers.py`), and promises.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from time import sleep

import httpx

from hjv_pipelines.delivery.client import DeliveryClient
from hjv_pipelines.delivery.mirror import Mirror
from hjv_pipelines.failures import TransientError

PATIENCE_SECONDS = 0.1
NO_AUTHORITIES = SSLContext(PROTOCOL_TLS_CLIENT)
"""Those of the system take longer to read than an answer of loopback."""


class Died(BaseException):
    """The consumer's end: nothing of its own catches it."""


class DyingTransport(httpx.HTTPTransport):
    """A wire on which the consumer dies, one time in three, somewhere in the answer."""

    def __init__(self, chance: Random) -> None:
        super().__init__(verify=NO_AUTHORITIES)
        self._chance = chance

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        if self._chance.random() < 1 / 3:
            response.stream = _Dying(response.stream, self._chance.choice((0, 200, 2000)))
        return response


class _Dying(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, lives_bytes: int) -> None:
        self._stream = stream
        self._lives_bytes = lives_bytes

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            yield piece[: self._lives_bytes]
            raise Died

    def close(self) -> None:
        self._stream.close()


def follow(address: str, copy: Path, chance: Random, is_over: Callable[[], bool]) -> Counter[str]:
    """Keep a copy up to date, dying now and then, until it is over and nothing more is told.

    Return how often it died, how often the delivery did not answer, and how many entries it took.
    """
    lived: Counter[str] = Counter()
    while True:
        was_over = is_over()
        try:
            told = _caught_up(address, copy, chance)
        except Died:
            lived["deaths"] += 1
        except TransientError:
            lived["outages"] += 1
            sleep(PATIENCE_SECONDS)
        else:
            lived["entries"] += told
            if was_over and told == 0:
                return lived


def _caught_up(address: str, copy: Path, chance: Random) -> int:
    http = httpx.Client(transport=DyingTransport(chance))
    with DeliveryClient(address, http=http) as delivery, Mirror(copy, delivery, at_once=7) as mirror:
        return mirror.catch_up(wait=timedelta(seconds=0.2))
