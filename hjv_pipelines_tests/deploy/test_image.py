"""Promised: the image runs as nobody, holds no secret, and is made of what the lock names."""

import re
import subprocess
import sysconfig
from pathlib import Path

from hjv_pipelines_tests.deploy.recipes import DEPLOY

RECIPE = (DEPLOY / "Dockerfile").read_text()
LAST_STAGE = RECIPE[RECIPE.rindex("\nFROM ") :]


def test_the_recipe_follows_the_rules_of_the_craft() -> None:
    hadolint = Path(sysconfig.get_path("scripts"), "hadolint")
    told = subprocess.run([hadolint, DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert told.stdout == ""
    assert told.returncode == 0


def test_it_runs_as_nobody() -> None:
    assert re.findall(r"^USER (.+)$", LAST_STAGE, re.MULTILINE) == ["10001:10001"]


def test_it_stands_on_a_named_version() -> None:
    bases = set(re.findall(r"^FROM (\S+)", RECIPE, re.MULTILINE))
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", bases.pop())


def test_it_takes_no_package_that_the_lock_does_not_name() -> None:
    """And none whose files have other hashes: uv holds them against those of a constraint."""
    installs = re.findall(r"pip install ([^\n\\]+)", RECIPE)
    assert len(installs) == 3
    for install in installs:
        assert any(way in install for way in ("--require-hashes", "--constraint requirements.lock", "--no-deps"))
        assert "--require-hashes" in install or "--build-constraint requirements.lock" in install


def test_what_builds_is_not_in_what_runs() -> None:
    assert "pip install" not in LAST_STAGE
    assert "apt-get" not in LAST_STAGE


def test_only_what_is_needed_is_handed_to_the_builder() -> None:
    rules = [
        line for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] not in {"", "#"}
    ]
    assert rules[0] == "*"
    assert {rule for rule in rules if rule.startswith("!")} == {
        "!hjv_pipelines",
        "!dagster.yaml",
        "!pyproject.toml",
        "!README.md",
        "!requirements.lock",
    }


def test_it_begins_without_compiling_what_it_cannot_write() -> None:
    assert "PYTHONDONTWRITEBYTECODE=1" in LAST_STAGE
    assert "UV_COMPILE_BYTECODE=1" in RECIPE


def test_no_secret_is_baked_in() -> None:
    assert not re.search(r"(?i)password|secret|token|_url=", RECIPE)


def test_its_health_is_asked() -> None:
    assert "HEALTHCHECK" in LAST_STAGE
    assert "http://127.0.0.1:8080/healthz" in LAST_STAGE
