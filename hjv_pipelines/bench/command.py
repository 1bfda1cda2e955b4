"""`hjv bench`: measure, and say how far from the floor it is.

Here: the words of the command line, and the order of things. Not here: any measuring.
"""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Literal

import orjson
import typer
from rich.console import Console

from hjv_pipelines.failures import HjvError

_FILE = Path("build/bench.json")
_FOLDER = Path("build/bench")
_DOCUMENT = Path("docs/performance.md")


def bench(
    parts: Annotated[
        list[str] | None, typer.Argument(metavar="[PART]...", help="What to measure.", show_default="everything")
    ] = None,
    *,
    size: Annotated[
        Literal["small", "national"], typer.Option(help="The synthetic nation: small for a quick look.")
    ] = "national",
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; the median counts.")] = 3,
    trials: Annotated[int, typer.Option(min=1, help="Notifications, quiet and during imports.")] = 100,
    output: Annotated[Path, typer.Option(help="Where the figures are kept, as JSON.")] = _FILE,
    write_docs: Annotated[
        bool, typer.Option("--write-docs", help=f"Measure nothing: write the kept figures into {_DOCUMENT}.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Measure every part beside its floor, the least that it could be, and keep the figures.

    The parts: code_location, hsa_file, store, cards, soap_sources, delivery, receiver, inbox, growth, start,
    dagster_import, hour, notifications; and tenfold, ten times the load, which is measured only when it is named: it
    takes 40 minutes. Parts that are named take the place of their earlier figures; the others keep theirs. No figure
    makes the command fail: what they mean stands in docs/performance.md.

    Examples: `hjv bench` · `hjv bench hsa_file store --rounds 5` · `hjv bench notifications --size small --trials 20`
    """
    from hjv_pipelines.bench.report import print_rows, read_rows, write_document

    if write_docs:
        write_document(_DOCUMENT, read_rows(output))
        return
    failures = _measure(parts, size, rounds, trials, output)
    rows = read_rows(output)
    if as_json:
        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
    else:
        print_rows(Console(), rows)
    if failures:
        raise HjvError("\n".join(f"{part} was not measured to its end: {why}" for part, why in failures.items()))


def _measure(
    names: list[str] | None, size: Literal["small", "national"], rounds: int, trials: int, output: Path
) -> dict[str, str]:
    """Measure the parts and keep their figures, part by part; return what went wrong with those that failed."""
    from hjv_pipelines.bench.parts import ASKED_FOR_BY_NAME, PARTS
    from hjv_pipelines.bench.progress import bars
    from hjv_pipelines.bench.report import Circumstances, read_rows, write_rows
    from hjv_pipelines.bench.workshop import Workshop

    if unknown := set(names or ()) - set(PARTS):
        raise typer.BadParameter(f"there is no part {', '.join(sorted(unknown))}; choose of: {', '.join(PARTS)}")
    chosen = [name for name in PARTS if name in (names or PARTS.keys() - ASKED_FOR_BY_NAME)]
    failures: dict[str, str] = {}
    with bars() as shown, ExitStack() as closing:
        workshop = Workshop(_FOLDER, size, rounds, trials, shown, closing)
        for part in shown.track(chosen, "Bench"):
            others = [row for row in read_rows(output) if row["part"] != part and row["part"] in PARTS]
            circumstances, measured = Circumstances.now(part, size, rounds), []
            try:
                for figure in PARTS[part](workshop):
                    measured.append(circumstances.row(figure))
                    write_rows(output, sorted((*others, *measured), key=lambda row: list(PARTS).index(row["part"])))
            except Exception as error:  # noqa: BLE001  a part that fails costs no other its figures
                failures[part] = f"{type(error).__name__}: {error}"
                shown.say(f"{part}: {failures[part]}")
    return failures
