"""Pauses of a server: Python's collector of garbage stops every answer while it looks.

A look at everything takes as long as there are objects: 55 ms, in which nobody is answered, for what FastAPI, the
models and the routes made at the start. None of that is garbage before the server ends, so it need not be looked at.
Here: that. Not here: when a server starts and ends (its own).
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def short_pauses() -> Iterator[None]:
    """Let the collector leave alone, for the context's time, what stands at its beginning."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
