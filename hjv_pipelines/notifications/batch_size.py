"""How many units a source is asked about at once: about as many as it answers for in a few seconds.

A large batch keeps its first cards waiting for its last unit; a small one costs a merge and a publication for few
units. What is right is the source's pace, and that is seen. Here: the size of the next batch. Not here: the batches
(`store/inbox/batches.py`), and who asks (`drain.py`).
"""

from datetime import timedelta

A_WHILE = timedelta(seconds=5)
"""How long a batch should be asked about: HSA's contract allows some 90 units in it."""

MOST = 500

_AT_FIRST = {"hsa": 50}
"""HSA is asked unit by unit; the other sources answer about many at once."""


def first_size(source: str) -> int:
    """Return how many units `source` is asked about before anything is known of its pace today."""
    return _AT_FIRST.get(source, MOST)


def next_size(size: int, units: int, took: timedelta) -> int:
    """Return the size after a batch of `units` that was to have up to `size`, and was asked about for `took`.

    At most twice or half of what it was. A batch that was not full and was answered in time says nothing of the size.
    """
    if units < size and took <= A_WHILE:
        return size
    fitting = int(units * (A_WHILE / took)) if took else 2 * size
    return min(max(fitting, size // 2, 1), 2 * size, MOST)
