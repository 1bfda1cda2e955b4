"""What was measured, for programs (`build/bench.json`), for people, and for docs/performance.md.

Here: rows and how they are shown. Not here: measuring.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from hjv_pipelines.bench.figure import Figure
from hjv_pipelines.failures import PermanentError

BEGINS, ENDS = "<!-- figures: written by `hjv bench --write-docs` -->", "<!-- end of figures -->"

_LARGE = 100
"""From here on a figure is shown without decimals."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How it was measured: of which `part`, on a nation of which `size`, in how many `rounds`.

    `load` is the machine's load average of the last minute when the part began: on a quiet machine far below `cores`.
    """

    part: str
    size: str
    rounds: int
    load: float

    @classmethod
    def now(cls, part: str, size: str, rounds: int) -> "Circumstances":
        """Return the circumstances of what begins now."""
        return cls(part, size, rounds, round(os.getloadavg()[0], 1))

    def row(self, figure: Figure) -> Row:
        """Return the row of a figure."""
        about = {"part": self.part, "size": self.size, "rounds": self.rounds, "load": self.load}
        at = datetime.now(UTC).isoformat(timespec="seconds")
        return {**figure.as_dict(), **about, "cores": os.cpu_count(), "measured_at": at}


def read_rows(path: Path) -> list[Row]:
    """Return the rows of an earlier run; none where there was none."""
    rows: list[Row] = orjson.loads(path.read_bytes()) if path.exists() else []
    return rows


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write the rows, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_bytes(orjson.dumps(list(rows), option=orjson.OPT_INDENT_2))
    beside.replace(path)


def print_rows(console: Console, rows: Iterable[Row]) -> None:
    """Print the rows as one table."""
    table = Table("part", title="Bench", title_justify="left")
    table.add_column("measured", ratio=1)
    for heading in ("value", "floor", "ratio"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("aim")
    table.add_column("")
    for row in rows:
        mark = {None: "", True: "[green]✓[/green]", False: "[red]✗[/red]"}[row["met"]]
        table.add_row(row["part"], *_cells(row), mark)
    console.print(table)


def write_document(path: Path, rows: Sequence[Row]) -> None:
    """Write the rows into the document at `path`, in place of those that stand there.

    Raises `PermanentError` where there is nothing to write, or no place for it.
    """
    text = path.read_text(encoding="utf-8")
    before, begins, rest = text.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not rows:
        raise PermanentError("Nothing was measured yet: run `make bench`.")
    if not begins or not ends:
        raise PermanentError(f"{path} has no place for the figures, between {BEGINS!r} and {ENDS!r}.")
    path.write_text(f"{before}{begins}\n\n{_markdown(rows)}\n\n{ends}{after}", encoding="utf-8")


def _markdown(rows: Sequence[Row]) -> str:
    days = _span(row["measured_at"][:10] for row in rows)
    loads, rounds = _span(row["load"] for row in rows), _span(row["rounds"] for row in rows)
    sizes = ", ".join(sorted({row["size"] for row in rows}))
    about = (
        f"Measured {days} on {rows[0]['cores']} cores, nation: {sizes}, medians of {rounds} rounds. "
        f"Load average of the machine when a part began: {loads}."
    )
    lines = ["| part | measured | value | floor | ratio | aim | met |", "|---|---|--:|--:|--:|---|---|"]
    for row in rows:
        met = {None: "", True: "yes", False: "**no**"}[row["met"]]
        lines.append(f"| {row['part']} | {' | '.join(_cells(row))} | {met} |")
    return "\n".join((about, "", *lines))


def _span(values: Iterable[Any]) -> str:
    """Return the least and the greatest of `values`, or the only one."""
    ordered = sorted(values)
    return " to ".join(dict.fromkeys((str(ordered[0]), str(ordered[-1]))))


def _cells(row: Row) -> tuple[str, str, str, str, str]:
    ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}"
    return row["name"], _amount(row["value"], row["unit"]), _amount(row["floor"], row["unit"]), ratio, row["aim"] or ""


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:,.0f} {unit}" if value >= _LARGE else f"{value:.3g} {unit}"
