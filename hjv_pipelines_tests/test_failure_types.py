"""Permanent and transient failures are different types everywhere, and nothing is swallowed: judged by the source.

What may pass is tried again and what may not is told at once (traps 42 and 46): that holds only while every room below
the orchestration raises one of the two.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import hjv_pipelines
from hjv_pipelines.failures import PermanentError, TransientError

PACKAGE = Path(hjv_pipelines.__file__).parent
ROOMS = ("transport", "sources", "store", "alerts", "cards")
"""The rooms where a failure begins; delivery and the receiver answer HTTP, the command line speaks to its user."""

FILES = sorted(file for file in PACKAGE.rglob("*.py") if "bench" not in file.relative_to(PACKAGE).parts)
"""The bench publishes nothing: there a part that fails in any way is told, and costs no other its figures."""

ANYTHING = {"Exception", "BaseException"}

PROGRAMMING = {"AssertionError", "ValueError", "TypeError"}
"""Errors of whoever wrote the code, or caught again in the same module; no failure of work."""

MADE = {"answer.failure", "fault_failure"}
"""Functions that return a failure of either type: what the wire says decides."""


def code(file: Path) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(file.read_text()))


def caught(handler: ast.ExceptHandler) -> set[str]:
    """Return the names that a handler catches; nothing named is everything."""
    if handler.type is None:
        return {"BaseException"}
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {ast.unparse(kind) for kind in kinds}


def raised(node: ast.AST) -> str | None:
    """Return the name of what a statement raises; None where it raises nothing, or again what was caught."""
    if not isinstance(node, ast.Raise) or node.exc is None:
        return None
    return ast.unparse(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)


def families() -> dict[str, set[str]]:
    """Return the bases of every error class of the package, by name."""
    classes = [node for file in FILES for node in code(file) if isinstance(node, ast.ClassDef)]
    return {node.name: {ast.unparse(base) for base in node.bases} for node in classes}


def is_failure(name: str, families: dict[str, set[str]]) -> bool:
    """Tell whether an error is transient or permanent."""
    if name in {TransientError.__name__, PermanentError.__name__}:
        return True
    return any(is_failure(base, families) for base in families.get(name, ()))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_what_catches_everything_raises_it_again(file: Path) -> None:
    for node in code(file):
        if isinstance(node, ast.ExceptHandler) and caught(node) & ANYTHING:
            last = node.body[-1]
            assert isinstance(last, ast.Raise), f"line {node.lineno} swallows what nobody foresaw"
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            assert not {ast.unparse(kind) for kind in node.args} & ANYTHING, f"line {node.lineno}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_nobody_raises_an_error_that_says_nothing(file: Path) -> None:
    assert not {raised(node) for node in code(file)} & {*ANYTHING, "RuntimeError"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_failure_of_work_is_transient_or_permanent(room: str) -> None:
    known = families()
    for file in (PACKAGE / room).rglob("*.py"):
        own = {node.name for node in code(file) if isinstance(node, ast.ClassDef) and node.name.startswith("_")}
        for node in code(file):
            name = raised(node)
            # A private error never leaves its module.
            if name is None or name in PROGRAMMING | MADE | own or (name[0].islower() and "." not in name):
                continue
            assert is_failure(name, known), f"{file.relative_to(PACKAGE)}, line {getattr(node, 'lineno', 0)}: {name}"


def test_the_two_types_share_nothing_but_their_root() -> None:
    """What is both would be tried again although it cannot help."""
    known = families()
    both = [name for name in known if {"TransientError", "PermanentError"} <= ancestors(name, known)]
    assert both == []


def ancestors(name: str, families: dict[str, set[str]]) -> set[str]:
    """Return all that an error is."""
    return {name}.union(*(ancestors(base, families) for base in families.get(name, ()) if base != name))
