"""The kept corpus: for each parser, valid inputs and the few others that together reach all that is reached.

Files named `found-…` once broke something; each stays, whatever it reaches. Here: reading the corpus, and choosing what
is worth keeping. Not here: finding inputs.
"""

import sys
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

import hjv_pipelines
from hjv_pipelines_tests.fuzz.parsers import survives

CORPUS = Path(__file__).parents[1] / "corpus"
LARGEST = 16 << 10
"""Bytes of an input that is kept."""

_PACKAGE = str(Path(hjv_pipelines.__file__).parent)

Line = tuple[str, int]


def kept_inputs(name: str) -> Mapping[str, bytes]:
    """Return the parser's inputs by the names of their files."""
    return {file.name: file.read_bytes() for file in sorted((CORPUS / name).iterdir())}


def worth_keeping(name: str, candidates: Iterable[bytes]) -> Mapping[str, bytes]:
    """Return, by name, those of `candidates` that reach lines that neither the corpus nor a smaller one reaches."""
    reached: set[Line] = set().union(*(lines(name, content) for content in kept_inputs(name).values()))
    chosen: dict[str, bytes] = {}
    for content in sorted({*candidates}, key=lambda each: (len(each), each)):
        if len(content) <= LARGEST and (new := lines(name, content) - reached):
            reached |= new
            chosen[sha256(content).hexdigest()[:12]] = content
    return chosen


def lines(name: str, content: bytes) -> set[Line]:
    """Return the lines of our code that the parser passes through for an input."""
    passed: set[Line] = set()

    def step(frame: FrameType, event: str, _: Any) -> Any:  # noqa: ANN401 - settrace's own
        if not frame.f_code.co_filename.startswith(_PACKAGE):
            return None
        if event == "line":
            passed.add((frame.f_code.co_filename, frame.f_lineno))
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        survives(name, content)
    finally:
        sys.settrace(before)
    return passed
