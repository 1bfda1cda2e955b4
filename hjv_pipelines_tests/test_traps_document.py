"""Each of the fifty-one traps is closed by tests that exist: docs/traps.md says which."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
DOCUMENT = (TESTS.parent / "docs" / "traps.md").read_text()


def closing() -> dict[int, list[str]]:
    """Return the tests that the document names, by trap."""
    _, *parts = re.split(r"^\*\*(\d+)\.\*\* ", DOCUMENT, flags=re.MULTILINE)
    numbers, texts = parts[::2], parts[1::2]
    return {
        int(number): re.findall(r"^- `([^`]+)`$", text, re.MULTILINE)
        for number, text in zip(numbers, texts, strict=True)
    }


def names_in(file: Path) -> set[str]:
    """Return the names of a module's tests, without importing it."""
    body = ast.parse(file.read_text()).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_trap_is_there_in_its_order_and_closed_by_a_test() -> None:
    traps = closing()
    assert list(traps) == list(range(1, 52))
    assert [number for number, tests in traps.items() if not tests] == []


@pytest.mark.parametrize("number", range(1, 52))
def test_the_tests_that_close_a_trap_exist(number: int) -> None:
    for test in closing()[number]:
        module, _, name = test.partition("::")
        assert (TESTS / module).is_file(), test
        assert name in names_in(TESTS / module), test


def test_a_trap_that_a_test_names_is_one_of_them() -> None:
    """A number beyond the list is a slip of the pen."""
    for file in TESTS.rglob("test_*.py"):
        for said in re.findall(r"[Tt]raps? (\d+)", file.read_text()):
            assert 1 <= int(said) <= max(closing()), file
