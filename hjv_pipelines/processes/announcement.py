"""What `hjv up` says on the terminal: what it is doing, what is done, where everything is.

Here: words. Not here: the steps (`up.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from rich.console import Console
from rich.status import Status

from hjv_pipelines.cards.published import region_figures
from hjv_pipelines.failures import TransientError
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect

REGIONS_WAITING = """
SELECT count(*) FROM hjv.complete_snapshots s
WHERE s.source = 'hsa' AND NOT EXISTS (SELECT 1 FROM hjv.publications p WHERE p.region = s.region)
"""
ANY_CARD = "SELECT hsa_id FROM hjv.cards WHERE card_hash IS NOT NULL ORDER BY since DESC, hsa_id LIMIT 1"


class Announcer:
    """Speaks to whoever started us; counts the seconds from when it was made."""

    def __init__(self, console: Console, status: Status) -> None:
        self._console = console
        self._status = status
        self._began = perf_counter()

    def doing(self, what: str) -> None:
        """Show what goes on now, where the terminal can show what passes."""
        self._status.update(what)

    def done(self, what: str) -> None:
        """Tell what is done, with the seconds since the beginning."""
        self._console.print(f"[green]✓[/green] {what} [dim]{perf_counter() - self._began:.1f} s[/dim]")

    def serving(self, settings: Settings) -> None:
        """Tell where everything is."""
        for title, place in addresses(settings).items():
            self._place(title, place)
        self._console.print("Ctrl-C stops everything.")

    def cards(self, number: int, settings: Settings, url: str) -> None:
        """Tell how many cards are published, and where one of them is."""
        self.done(f"{number:,} cards are published")
        with connect(url) as connection:
            (example,) = connection.execute(ANY_CARD).fetchone() or ("",)
        self._place("One of them", f"{_delivery(settings)}/cards/{example}")

    def _place(self, title: str, place: str) -> None:
        self._console.print(f"  {title:<14}{place}", soft_wrap=True)


@contextmanager
def announcing() -> Iterator[Announcer]:
    """Give what speaks on the terminal, for as long as the context lasts."""
    console = Console(highlight=False)
    with console.status("Starting …") as status:
        yield Announcer(console, status)


def addresses(settings: Settings) -> dict[str, str]:
    """Return where a person finds what, by its name."""
    return {
        "Dagster's UI": f"http://{settings.host}:{settings.ui_port}",
        "Cards": _delivery(settings),
        "API": f"{_delivery(settings)}/docs",
        "Notifications": f"http://{settings.host}:{settings.receiver_port}/v1/notifications",
        "Logs": str(settings.home / "logs"),
    }


@dataclass(frozen=True, slots=True)
class FirstCards:
    """How many cards are published, and whether those of every region that HSA has told of are."""

    number: int
    whole: bool


def first_cards(url: str) -> FirstCards:
    """Return what is published by now; nothing while the database does not answer."""
    try:
        with connect(url) as connection:
            number = sum(figures.visible for figures in region_figures(connection))
            waiting = connection.execute(REGIONS_WAITING).fetchone()
    except TransientError:
        return FirstCards(0, whole=False)
    return FirstCards(number, whole=number > 0 and waiting == (0,))


def _delivery(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.delivery_port}"
