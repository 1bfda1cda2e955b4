"""The runbook has an entry for every alert, ours and Prometheus', and every check; each names what rehearses it."""

import re
from pathlib import Path

import pytest
import yaml

from hjv_pipelines.alerts.cause import KINDS
from hjv_pipelines.definitions import defs

TESTS = Path(__file__).parent
ENTRIES = dict(
    re.findall(
        r"^\| `(\w+)` \|[^|]+\|[^|]+\|[^|]+\| `([\w/]+\.py)` \|$",
        (TESTS.parent / "docs" / "operations.md").read_text(),
        re.MULTILINE,
    )
)
RULES = yaml.safe_load((TESTS.parent / "deploy" / "watch" / "alerts.yaml").read_text())["groups"][0]["rules"]
CHECKS = sorted({spec.name for check in defs.asset_checks or () for spec in check.check_specs})


@pytest.mark.parametrize("name", [*KINDS, *(rule["annotations"]["runbook"] for rule in RULES), *CHECKS])
def test_an_alert_and_a_check_have_an_entry_that_names_its_rehearsal(name: str) -> None:
    assert (TESTS / ENTRIES[name]).is_file()


def test_a_rule_names_its_own_entry_and_no_entry_is_of_nothing() -> None:
    rules = {rule["alert"]: rule["annotations"]["runbook"] for rule in RULES}
    assert all(name == entry for name, entry in rules.items())
    assert set(ENTRIES) == {*KINDS, *rules, *CHECKS}
