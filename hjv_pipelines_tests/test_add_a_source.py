"""`docs/add-a-source.md` is right: the source that it adds, exactly as it says, is there everywhere.

The guide's own code goes into a copy of the package: new files, and lines above those that it shows. What comes of it
is seen in a process of its own (`tenth_source.py`), over the sandbox's HSA and a server for the new source.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

import hjv_pipelines
from hjv_pipelines.sandbox.manifest import expectations
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.nation import served_nation
from hjv_pipelines_tests.wire import Reply, serving

PACKAGE = Path(hjv_pipelines.__file__).parent
PROJECT = PACKAGE.parent
GUIDE = (PROJECT / "docs" / "add-a-source.md").read_text()

NEW_FILE = re.compile(r"New file `(?P<path>[^`]+)`:\n\n```python\n(?P<code>.*?)```", re.DOTALL)
ADDED_LINES = re.compile(
    r"In `(?P<path>[^`]+)`:\n\n```diff\n(?P<added>(?:\+.*\n)+) (?P<above>.*?)…?\n```", re.MULTILINE
)


def lines_of(added: str) -> str:
    """Return the lines that a diff adds, without its marks."""
    return re.sub(r"^\+", "", added, flags=re.MULTILINE)


def follow_the_guide(copy: Path) -> None:
    """Do in `copy`, a project, what the guide says."""
    for step in NEW_FILE.finditer(GUIDE):
        (copy / step["path"]).write_text(step["code"])
    for step in ADDED_LINES.finditer(GUIDE):
        path = copy / step["path"]
        before, place, after = path.read_text().partition(f"\n{step['above']}")
        assert place, step["above"]
        path.write_text(f"{before}\n{lines_of(step['added'])}{step['above']}{after}")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the project to which the guide was followed."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(PACKAGE, folder / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", folder)
    follow_the_guide(folder)
    return folder


@pytest.fixture(scope="module")
def seen(
    copy: Path, database_server: str, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Give what `tenth_source.py` saw of a unit with four and a half stars; another entry could not be read."""
    with (
        temporary_database(database_server, migrated_template) as database_url,
        served_nation(tmp_path_factory.mktemp("nation")) as asking,
    ):
        unit = next(unit for unit in expectations(asking.data_dir) if unit.verdict == "visible" and not unit.dirt)
        answer = orjson.dumps([{"hsaId": unit.hsa_id, "stars": 4.5}, {"hsaId": unit.hsa_id, "stars": 87}])
        with serving(Reply(answer)) as server:
            environment = {
                **os.environ,
                "PYTHONPATH": f"{copy}{os.pathsep}{PROJECT}",
                "HJV_SOURCES": "live",
                "HJV_DATABASE_URL": database_url,
                "HJV_HSA_FILE_URL": asking.hsa_file_url or "",
                "HJV_HSA_UNIT_URL": asking.hsa_unit_url or "",
                "HJV_OPINIONS_URL": server.url,
            }
            command = (sys.executable, "-m", "hjv_pipelines_tests.tenth_source", unit.hsa_id)
            done = subprocess.run(command, env=environment, cwd=copy, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    told: dict[str, Any] = orjson.loads(done.stdout)
    return told


def test_it_takes_one_module_one_row_one_registration_and_one_section() -> None:
    assert [step["path"] for step in NEW_FILE.finditer(GUIDE)] == [
        "hjv_pipelines/sources/opinions.py",
        "hjv_pipelines/cards/opinions.py",
    ]
    changed = [(step["path"], lines_of(step["added"]).strip().splitlines()[0]) for step in ADDED_LINES.finditer(GUIDE)]
    assert changed == [
        ("hjv_pipelines/timetable.py", 'TimetableRow("opinions", (time(2, 30),), timedelta(minutes=10)),'),
        ("hjv_pipelines/sources/registry.py", "from hjv_pipelines.sources.opinions import Opinion"),
        ("hjv_pipelines/sources/registry.py", '"opinions": Registration('),
        ("hjv_pipelines/cards/model.py", "from hjv_pipelines.cards.opinions import Opinions, opinions_from"),
        (
            "hjv_pipelines/cards/model.py",
            "opinions: Annotated[Opinions | None, made_by(opinions_from)] = None",
        ),
    ]


@pytest.mark.parametrize("command", [("check",), ("format", "--check")], ids=" ".join)
def test_the_guides_code_is_as_clean_as_the_projects(copy: Path, command: tuple[str, ...]) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    done = subprocess.run((ruff, *command, "--no-cache", "."), cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_its_schedule_imports_it_and_publishes_the_cards(copy: Path, seen: dict[str, Any]) -> None:
    assert Path(seen["package"]).is_relative_to(copy)
    assert seen["asked_for"] == ["contact_cards", "opinions"]


def test_it_is_on_the_card_with_its_age(seen: dict[str, Any]) -> None:
    assert seen["card"]["opinions"] == {"stars": 4.5}
    (source,) = seen["sources"]["sections"]["opinions"]
    assert (source["source"], source["run_id"]) == ("opinions", seen["explained"]["run_id"])
    assert seen["explained"]["age_seconds"] >= 0


def test_it_is_in_the_column_lineage(seen: dict[str, Any]) -> None:
    assert seen["lineage"] == [["opinions", "stars"]]


def test_it_is_in_the_timetable_with_its_last_import(seen: dict[str, Any]) -> None:
    row = seen["timetable"]
    assert (row["schedule"], row["cron"], row["missing_settings"]) == ("opinions_timetable", "30 2 * * *", [])
    assert all(complete is not None for complete in row["regions"].values())


def test_it_is_on_the_page_without_a_template_of_its_own(seen: dict[str, Any]) -> None:
    """Heading and labels come from the model's descriptions, the source's name from its registration."""
    section = re.search(r'<section aria-labelledby="opinions">.*?</section>', seen["page"], re.DOTALL)
    assert section is not None
    assert '<h2 id="opinions">Omdömen</h2>' in section.group()
    assert re.search(r"<dt>Betyg</dt>\s*<dd class=\"told\">4,5</dd>", section.group())
    assert re.search(r"<details.*Omdömen.*mindre än en timme", section.group(), re.DOTALL)
