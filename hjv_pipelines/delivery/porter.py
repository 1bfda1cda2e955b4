"""How often each asker may ask, and whom the lane of known answers lets through.

Here: counting, in the memory of this process. Not here: who a token belongs to and what it opens (`access.py`).
"""

from collections.abc import Mapping
from math import ceil
from time import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import Scope

from hjv_pipelines.delivery.memory import Memory
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.consumers import hash_of

_BEARER = b"Bearer "


class Porter:
    """Counts the requests of every asker, by the bound of the settings."""

    def __init__(self, settings: Settings, memory: Memory) -> None:
        self._bound = RateLimitItemPerMinute(settings.delivery_requests_per_minute)
        self._counters = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._token_needed = settings.delivery_tokens == "everything"
        self._memory = memory

    @property
    def most_a_minute(self) -> int:
        """Return how often an asker may ask in a minute."""
        return self._bound.amount

    def counts(self, consumer: str | None, address: str) -> bool:
        """Count a request of a consumer, or of the public at an address; tell whether it is within the bound."""
        return self._counters.hit(self._bound, _who(consumer, address))

    def seconds_to_wait(self, consumer: str | None, address: str) -> int:
        """Return after how many seconds an asker may ask again."""
        window = self._counters.get_window_stats(self._bound, _who(consumer, address))
        return ceil(max(window.reset_time - time(), 1))

    def lets_through(self, scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
        """Tell whether what is public unless the setting says otherwise may be given at once; count it then.

        Who is not let through is for the routes to judge: they ask the database, count, and say why not.
        """
        shown = headers.get(b"authorization")
        consumer = self._consumer(shown) if shown is not None else None
        if consumer is None and (shown is not None or self._token_needed):
            return False
        return self.counts(consumer, scope["client"][0] if scope["client"] else "")

    def _consumer(self, shown: bytes) -> str | None:
        """Return the consumer that is known by heart to have the token that is shown."""
        return self._memory.consumer(hash_of(shown.removeprefix(_BEARER).decode("latin-1")))


def _who(consumer: str | None, address: str) -> str:
    return f"consumer {consumer}" if consumer is not None else f"address {address}"
