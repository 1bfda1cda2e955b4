"""Taking the time: several rounds, and the median of them.

Here: that. Not here: what is timed.
"""

import gc
from collections.abc import Callable, Iterable
from statistics import median
from time import perf_counter


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    gc.collect()
    started = perf_counter()
    work()
    return perf_counter() - started


def medians(rounds: Iterable[object], *works: Callable[[], object]) -> tuple[float, ...]:
    """Return the median seconds of each of `works`, which take turns: what else the machine does meets all of them."""
    taken = [[seconds(work) for work in works] for _ in rounds]
    return tuple(median(column) for column in zip(*taken, strict=True))


def percentile(values: Iterable[float], share: float) -> float:
    """Return what `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, round(share * len(ordered)) - 1)]
