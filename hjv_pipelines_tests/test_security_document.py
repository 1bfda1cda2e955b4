"""The security review names tests that exist."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
DOCUMENT = (TESTS.parent / "docs" / "security.md").read_text()


def test_every_test_that_the_review_names_exists() -> None:
    named = re.findall(r"`((?:\w+/)*test_\w+\.py)(?:::(test_\w+))?`", DOCUMENT)
    assert len(named) > 10
    for module, test in named:
        assert f"def {test}" in (TESTS / module).read_text(), f"{module}::{test}"
