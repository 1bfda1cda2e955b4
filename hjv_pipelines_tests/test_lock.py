"""Promised: what is installed is what the lock names, to the byte, and comes from wherever a registry is at hand."""

import re
from pathlib import Path

PROJECT = Path(__file__).parent.parent
LOCK = (PROJECT / "requirements.lock").read_text()
PINS = re.split(r"\n(?=\S)", LOCK.strip())


def test_every_pin_is_exact_and_names_the_hashes_of_its_files() -> None:
    pin = re.compile(r"[\w.-]+==\S+( ; .+)?( \\\n    --hash=sha256:[0-9a-f]{64})+")
    assert [one for one in PINS if not pin.fullmatch(one)] == []


def test_the_installer_itself_is_one_of_them() -> None:
    assert sum(one.startswith("uv==") for one in PINS) == 1


def test_no_registry_is_named() -> None:
    assert "://" not in LOCK


def test_nothing_is_installed_whose_hashes_are_not_compared() -> None:
    installs = [
        line for line in (PROJECT / "Makefile").read_text().replace("\\\n", "").splitlines() if "pip install" in line
    ]
    by_install = [line for line in installs if "fuzz" not in line]
    assert len(by_install) == 2
    assert all("--require-hashes" in line or "--build-constraint requirements.lock" in line for line in by_install)
