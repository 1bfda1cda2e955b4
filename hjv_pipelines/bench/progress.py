"""What the terminal shows while it is measured: a bar for the parts, and one for what goes on.

Here: that. Not here: the result (`report.py`).
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Step = TypeVar("Step")


class Bars:
    """The bars of one run of the bench."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def track(self, steps: Collection[Step], what: str) -> Iterator[Step]:
        """Give `steps` one by one, with a bar that says what they are for."""
        bar = self._progress.add_task(what, total=len(steps))
        try:
            for step in steps:
                yield step
                self._progress.advance(bar)
        finally:
            self._progress.remove_task(bar)

    def say(self, what: str) -> None:
        """Print a line above the bars."""
        self._progress.console.print(what, highlight=False, markup=False, soft_wrap=True)

    @contextmanager
    def doing(self, what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """Show a bar for the context's time, and give what is told how far it is."""
        bar = self._progress.add_task(what, total=total)
        try:
            yield lambda done: self._progress.update(bar, completed=done)
        finally:
            self._progress.remove_task(bar)


@contextmanager
def bars() -> Iterator[Bars]:
    """Give the bars, on stderr."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bars(progress)
