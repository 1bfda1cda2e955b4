"""What an examination finds: one thing looked at, well or not, and what to do.

Here: the finding and how it is shown. Not here: any examination (`doctor.py`, `reachability.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing looked at: `well` or not, what was seen, and what to do."""

    subject: str
    well: bool
    seen: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str | bool]:
        """Return it for JSON."""
        return {"subject": self.subject, "well": self.well, "seen": self.seen, "remedy": self.remedy}


def print_examination(console: Console, examined: Iterable[Examined]) -> None:
    """Print a line for each thing looked at."""
    for finding in examined:
        mark = "[green]✓[/green]" if finding.well else "[red]✗[/red]"
        told = " → ".join(part for part in (finding.seen, finding.remedy) if part)
        console.print(f"{mark} {escape(f'{finding.subject}: {told}')}", highlight=False, soft_wrap=True)
