"""`make audit`: does any advisory speak of what we install? Yes, no, or nobody to ask: three different ends.

Exit 1 names each hole; 75 (EX_TEMPFAIL) says that pins could not be looked up, as where only a package index answers;
0 says that all were looked up, and none has a known hole. Here: what pip-audit told, and what that means. Not here:
looking up, which is pip-audit's.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import orjson

UV = Path(sys.executable).with_name("uv")
PIP_AUDIT = ("tool", "run", "pip-audit", "--requirement", "requirements.lock", "--no-deps", "--disable-pip")
AS_JSON = ("--format", "json", "--progress-spinner", "off")

LONGEST = 300
"""Seconds until nobody is waited for any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was told of the pins: so many `looked_up`, the `holes` found, and those `not_looked_up`, with why."""

    looked_up: int
    holes: tuple[str, ...]
    not_looked_up: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """Return how the command ends; a hole that was found counts whatever else was not looked up."""
        if self.holes:
            return 1
        return os.EX_TEMPFAIL if self.not_looked_up else os.EX_OK

    def __str__(self) -> str:
        """Say it to a person."""
        if self.holes:
            return "\n".join(self.holes)
        if self.not_looked_up:
            first, number = self.not_looked_up[0], len(self.not_looked_up)
            return f"No audit: {number} could not be looked up, {self.looked_up} could. The first: {first}"
        return f"{self.looked_up} pins were looked up: no known hole."


def answer_of(told: str, complaint: str) -> Answer:
    """Return what pip-audit `told` on its standard output; without any, its `complaint` says why."""
    try:
        pins = orjson.loads(told)["dependencies"]
    except (orjson.JSONDecodeError, KeyError):
        return Answer(0, (), (complaint.strip().splitlines()[-1] if complaint.strip() else "pip-audit said nothing",))
    holes = tuple(
        f"{pin['name']} {pin['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version'}"
        for pin in pins
        for hole in pin.get("vulns", ())
    )
    left = tuple(f"{pin['name']}: {pin['skip_reason']}" for pin in pins if "skip_reason" in pin)
    return Answer(len(pins) - len(left), holes, left)


def main() -> None:
    """Ask, and tell."""
    try:
        asked = subprocess.run((UV, *PIP_AUDIT, *AS_JSON), check=False, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        answer = Answer(0, (), (f"no answer within {LONGEST} seconds",))
    else:
        answer = answer_of(asked.stdout, asked.stderr)
    print(answer)  # noqa: T201 - a command
    sys.exit(answer.exit_code)


if __name__ == "__main__":
    main()
