"""`make fuzz`: every parser in turn under atheris, for `FUZZ_SECONDS` in all; `FUZZ_PARSERS` names some of them.

An input may take ten seconds and a gigabyte. What breaks a parser is left in `build/fuzz`, and the command fails; what
reaches something new is added to the kept corpus. Here: that round, and its table. Not here: the fuzzing of one parser
(`target.py`).
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate

from hjv_pipelines_tests.fuzz.corpus import CORPUS, LARGEST, worth_keeping
from hjv_pipelines_tests.fuzz.parsers import PARSERS

WORK = Path("build/fuzz")
LIMITS = ("-timeout=10", "-rss_limit_mb=1024", f"-max_len={LARGEST}", "-print_final_stats=1", "-verbosity=1")


@dataclass(frozen=True, slots=True)
class Round:
    """What fuzzing one parser came to: the inputs tried, the edges of code that they reach, what broke it."""

    parser: str
    executions: int
    edges: int
    crashes: tuple[Path, ...]
    kept: int


def fuzz(name: str, seconds: int) -> Round:
    """Fuzz one parser, and keep what is worth it."""
    found, broken = WORK / name / "found", WORK / name / "broken"
    for folder in (found, broken):
        folder.mkdir(parents=True, exist_ok=True)
    command = (sys.executable, "-m", "hjv_pipelines_tests.fuzz.target", name, *LIMITS)
    bounds = (f"-max_total_time={seconds}", f"-artifact_prefix={broken}/")
    told = subprocess.run(
        (*command, *bounds, str(found), str(CORPUS / name)),
        check=False,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ).stderr
    (WORK / name / "log").write_text(told)
    crashes = tuple(sorted(broken.iterdir()))
    chosen = worth_keeping(name, (file.read_bytes() for file in found.iterdir())) if not crashes else {}
    for file, content in chosen.items():
        (CORPUS / name / file).write_bytes(content)
    edges = [int(number) for number in re.findall(r" cov: ([0-9]+)", told)]
    executions = [int(number) for number in re.findall(r"^#([0-9]+)", told, re.MULTILINE)]
    return Round(name, max(executions, default=0), max(edges, default=0), crashes, len(chosen))


def rounds() -> Iterator[Round]:
    """Fuzz the parsers one after the other, each for its share of the time."""
    names = os.environ.get("FUZZ_PARSERS", "").split() or list(PARSERS)
    share = max(int(os.environ.get("FUZZ_SECONDS", "600")) // len(names), 1)
    for name in names:
        done = fuzz(name, share)
        print(f"{name}: {done.executions} executions, {done.edges} edges", *done.crashes, flush=True)  # noqa: T201 - a command
        yield done


def main() -> None:
    """Fuzz, and tell what it came to."""
    done = list(rounds())
    table = [(one.parser, one.executions, one.edges, one.kept, len(one.crashes)) for one in done]
    print(tabulate(table, headers=("parser", "executions", "edges", "inputs kept", "broken by")))  # noqa: T201 - a command
    print(f"{sum(one.executions for one in done)} executions.")  # noqa: T201
    sys.exit(any(one.crashes or not one.executions for one in done))


if __name__ == "__main__":
    main()
