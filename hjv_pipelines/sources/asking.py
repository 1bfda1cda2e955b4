"""What every source needs to put its questions: the moment, the address, a client at the contract's pace, batches.

Here: what the settings say, as sources use it, and asking about many units. Not here: any question, and the wire
itself (`transport/`).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.settings import Settings
from hjv_pipelines.transport.http import AnswerTooLargeError, Bounds, client
from hjv_pipelines.transport.pace import Pace
from hjv_pipelines.transport.rivta import RivtaClient

Answer = TypeVar("Answer")


def utc_now() -> datetime:
    """Return the moment (UTC): the clock of sources that are given no other."""
    return datetime.now(UTC)


def address_of(settings: Settings, setting: str, title: str) -> str:
    """Return the address in `setting`. Raises `PermanentError` that says what to set for `title`, the source."""
    url = settings.address(setting)
    if url is None:
        raise PermanentError(f"{title} has no address. Set HJV_{setting.upper()}.")
    return url


def rivta_client(settings: Settings, calls_per_second: float, bounds: Bounds) -> RivtaClient:
    """Return a client that asks as the settings' consumer, at most so many calls a second."""
    return RivtaClient(client(settings), settings.consumer_hsa_id, turn=Pace(calls_per_second).turn, bounds=bounds)


def asked_in_batches(
    ask: Callable[[Sequence[str]], Answer], hsa_ids: Sequence[str], size: int
) -> Iterator[tuple[Sequence[str], Answer]]:
    """Yield what `ask` answers about `hsa_ids`, at most `size` at a time, each answer with those that it is about.

    Where an answer outgrows our bound, it is asked about half as many, and so on: growth is no failure. Raises
    `AnswerTooLargeError` when the answer about a single unit is too large.
    """
    for start in range(0, len(hsa_ids), size):
        yield from _in_halves(ask, hsa_ids[start : start + size])


def _in_halves(
    ask: Callable[[Sequence[str]], Answer], hsa_ids: Sequence[str]
) -> Iterator[tuple[Sequence[str], Answer]]:
    try:
        answer = ask(hsa_ids)
    except AnswerTooLargeError:
        if len(hsa_ids) == 1:
            raise
        middle = len(hsa_ids) // 2
        yield from _in_halves(ask, hsa_ids[:middle])
        yield from _in_halves(ask, hsa_ids[middle:])
    else:
        yield hsa_ids, answer
