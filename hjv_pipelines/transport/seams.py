"""What a caller far above puts in place of the usual, for as long as a block lasts.

Here: that, for any seam of the transport, a context variable. Not here: the seams themselves (`wire.py`, `pace.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Part = TypeVar("Part")


@contextmanager
def in_place(seam: ContextVar[Part], part: Part) -> Iterator[None]:
    """Let `part` stand at `seam` inside the block, and what stood there stand again after it."""
    token = seam.set(part)
    try:
        yield
    finally:
        seam.reset(token)
