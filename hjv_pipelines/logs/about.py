"""What the lines are about that are logged meanwhile: a run, a source, a region, a unit, a notification.

Here: saying so. Not here: how a line shows it (`lines.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("about", default=MappingProxyType({}))


@contextmanager
def about(
    *,
    run_id: str | None = None,
    source: str | None = None,
    region: str | None = None,
    unit: str | None = None,
    notification_id: str | None = None,
) -> Iterator[None]:
    """Let every line that is logged meanwhile in this thread or task say what it is about; None is not known."""
    told = {"run_id": run_id, "source": source, "region": region, "unit": unit, "notification_id": notification_id}
    outer = _ABOUT.set({**_ABOUT.get(), **{name: value for name, value in told.items() if value is not None}})
    try:
        yield
    finally:
        _ABOUT.reset(outer)


def only(names: Sequence[str]) -> str | None:
    """Return the one of `names` where there is no other: a line is about one region or one unit, never about many."""
    return names[0] if len(names) == 1 else None


def subject() -> Mapping[str, str]:
    """Return what is logged about now."""
    return _ABOUT.get()
